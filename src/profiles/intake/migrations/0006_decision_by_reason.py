"""No query needs decisions of every result by their reason."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("intake", "0005_decision_skipped")]

    operations = [RemoveIndexConcurrently("decision", "decision_by_reason")]

"""Indexes for support: titles, and what was decided about a person."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0011_title_language")]

    operations = [
        migrations.AddIndex(
            "doisnapshot", GinIndex(SearchVector("title", config="simple"), name="snapshot_titled")
        ),
        migrations.AddIndex(
            "decision",
            models.Index(fields=["orcid_id", "-at", "-id"], name="decision_of_person"),
        ),
    ]

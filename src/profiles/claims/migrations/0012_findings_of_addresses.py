"""Pasted addresses and short DOIs that lead to no DOI are named as such."""

from django.db import migrations, models
from django.db.models import Q

FINDINGS = ["", "datacite", "unknown", "elsewhere", "unreadable", "short-doi", "page"]


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_stop_reason")]

    operations = [
        migrations.RemoveConstraint("selectedwork", "selected_finding_known"),
        migrations.AddConstraint(
            "selectedwork",
            models.CheckConstraint(name="selected_finding_known", condition=Q(finding__in=FINDINGS)),
        ),
    ]

"""Records that differ from our claims are found without reading all comparisons."""

from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("intake", "0006_decision_by_reason")]

    operations = [
        AddIndexSafely(
            "reconciliation", models.Index(condition=models.Q(("drift__gt", 0)), fields=["-at"], name="reconciliation_drifting")
        )
    ]

"""Skips are counted by their reason from an index alone."""

from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("intake", "0004_files_as_jobs")]

    operations = [
        AddIndexSafely(
            "decision", models.Index(condition=models.Q(("result", "skip")), fields=["reason", "-id"], name="decision_skipped")
        )
    ]

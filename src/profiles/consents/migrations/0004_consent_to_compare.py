"""Records that were not compared for the longest time are found without reading all permissions."""

from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("consents", "0003_compared_at")]

    operations = [
        AddIndexSafely(
            "consent",
            models.Index(
                models.OrderBy(models.F("compared_at"), nulls_first=True),
                models.F("orcid_id"),
                condition=models.Q(
                    ("access_token__isnull", False), ("health__in", ["doubted", "unused", "works"])
                ),
                name="consent_to_compare",
            ),
        )
    ]

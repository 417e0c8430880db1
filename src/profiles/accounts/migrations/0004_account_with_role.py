"""People who are more than researchers are found without reading all people."""

from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0003_account_closed")]

    operations = [
        AddIndexSafely(
            "account", models.Index(condition=models.Q(("role", "user"), _negated=True), fields=["role", "orcid_id"], name="account_with_role")
        )
    ]

"""People who closed their account are found without reading all people."""

from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0002_repository_mail")]

    operations = [
        AddIndexSafely(
            "account",
            models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="account_closed"
            ),
        )
    ]

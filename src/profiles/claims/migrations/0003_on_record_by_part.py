"""The DOIs on records are looked up in parts without reading all claims."""

import django.db.models.functions.text
from django.db import migrations, models

from profiles.infra.postgres.safe_migrations import AddIndexSafely


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("claims", "0002_single_entries")]

    operations = [
        AddIndexSafely(
            "claim",
            models.Index(
                django.db.models.functions.text.Left(django.db.models.functions.text.MD5("doi"), 2),
                condition=models.Q(("action", "create"), ("put_code__isnull", False)),
                name="claim_on_record_part",
            ),
        )
    ]

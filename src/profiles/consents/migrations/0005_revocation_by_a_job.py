"""A token is revoked by a job of its own, which knows when it is tried again."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consents", "0004_permission_last_used")]

    operations: ClassVar = [
        migrations.RemoveIndex("Revocation", "revocation_due"),
        migrations.RemoveField("Revocation", "due_at"),
        migrations.RemoveField("Revocation", "tries"),
    ]

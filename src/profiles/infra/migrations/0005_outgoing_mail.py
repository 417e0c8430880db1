"""Mails are sent by a job each, which knows when it is tried again."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("infra", "0004_tries")]

    operations: ClassVar = [
        migrations.RemoveIndex("Letter", "letter_due"),
        migrations.RemoveField("Letter", "due_at"),
        migrations.RemoveField("Letter", "tries"),
        migrations.RenameField("Letter", "made_at", "created_at"),
        migrations.RenameModel("Letter", "OutgoingMail"),
    ]

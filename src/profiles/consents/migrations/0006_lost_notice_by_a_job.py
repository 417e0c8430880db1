"""A person is told of a lost permission by a job, which knows when it is tried again."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consents", "0005_revocation_by_a_job")]

    operations: ClassVar = [
        migrations.RemoveIndex("Consent", "consent_to_tell"),
        migrations.RemoveField("Consent", "tell_at"),
        migrations.RemoveField("Consent", "tell_tries"),
    ]

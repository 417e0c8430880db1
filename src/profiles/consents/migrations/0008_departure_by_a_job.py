"""What is left to do for a person who left is done by a job, which knows when it is tried again."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consents", "0007_invitation_by_a_job")]

    operations: ClassVar = [
        migrations.RemoveIndex("Departure", "departure_due"),
        migrations.RemoveField("Departure", "due_at"),
        migrations.RemoveField("Departure", "tries"),
    ]

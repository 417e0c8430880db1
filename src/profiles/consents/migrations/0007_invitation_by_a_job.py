"""An author is asked by a job, which knows when it is tried again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consents", "0006_lost_notice_by_a_job")]

    operations: ClassVar = [
        migrations.DeleteModel("Invitation"),
        migrations.CreateModel(
            "Invitation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("orcid_id", models.CharField(max_length=19, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True, blank=True)),
            ],
        ),
    ]

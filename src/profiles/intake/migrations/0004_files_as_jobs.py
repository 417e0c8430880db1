"""A job reads each data file: where it is inside a TAR, and why it was not read to its end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_unreadable_ids")]

    operations = [
        migrations.AddField("ingestunit", "offset", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddField("ingestunit", "compressed", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("ingestunit", "damaged", models.BooleanField(default=False, db_default=False)),
        migrations.AddField(
            "ingestunit", "problem", models.TextField(blank=True, default="", db_default="")
        ),
        migrations.AddField("ingestunit", "asked_at", models.DateTimeField(null=True, blank=True)),
    ]

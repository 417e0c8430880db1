"""When a record was last compared with our claims is kept beside the permission it is read with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0002_record_webhooks")]

    operations = [
        migrations.AddField("consent", "compared_at", models.DateTimeField(blank=True, null=True)),
    ]

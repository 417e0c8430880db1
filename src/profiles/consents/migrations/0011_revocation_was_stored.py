from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0010_receipts_say_notified")]

    operations = [
        migrations.AddField("revocation", "was_stored", models.BooleanField(default=True)),
    ]

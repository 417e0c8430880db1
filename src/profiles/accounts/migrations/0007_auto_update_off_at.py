from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_role_changes")]

    operations = [
        migrations.AddField("account", "auto_update_off_at", models.DateTimeField(blank=True, null=True)),
    ]

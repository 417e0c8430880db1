from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_exchanged_answers")]

    operations = [
        migrations.AddField("account", "home_read_at", models.DateTimeField(blank=True, null=True)),
    ]

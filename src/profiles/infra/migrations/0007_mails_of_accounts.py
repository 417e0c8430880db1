from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("infra", "0006_unlogged_tries")]

    operations = [
        migrations.AddField(
            "outgoingmail", "account_id", models.BigIntegerField(blank=True, db_index=True, null=True)
        ),
    ]

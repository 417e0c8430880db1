from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("infra", "0008_database_identity")]

    operations = [
        migrations.AddField(
            "outgoingmail", "account_id", models.BigIntegerField(blank=True, db_index=True, null=True)
        ),
    ]

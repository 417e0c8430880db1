"""Who gave whom a role, and when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("accounts", "0005_access_key_of_service")]

    operations = [
        migrations.CreateModel(
            name="RoleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField(db_index=True)),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("old_role", models.CharField(max_length=20)),
                ("role", models.CharField(max_length=20)),
                ("member", models.TextField(blank=True, default="")),
                ("repository", models.TextField(blank=True, default="")),
            ],
        ),
    ]

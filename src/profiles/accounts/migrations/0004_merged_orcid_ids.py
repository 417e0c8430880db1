"""The iDs that ORCID merged into others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("accounts", "0003_access_keys")]

    operations = [
        migrations.CreateModel(
            name="MergedOrcidId",
            fields=[
                ("orcid_id", models.CharField(max_length=19, primary_key=True, serialize=False)),
                ("kept", models.CharField(max_length=19)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]

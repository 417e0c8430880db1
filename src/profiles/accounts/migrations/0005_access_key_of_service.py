"""Finding the keys of machines by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("accounts", "0004_merged_orcid_ids")]

    operations = [
        migrations.AddIndex(
            model_name="accesskey",
            index=models.Index(
                fields=["name"], condition=models.Q(kind="service"), name="access_key_of_service"
            ),
        )
    ]

"""Finding out whether any permission of an ORCID client has worked lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("consents", "0003_invitation")]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["client_id", "last_used_at"], name="consent_used"),
        )
    ]

"""An index for support, which searches by put-code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_campaigns")]

    operations = [
        migrations.AddIndex(
            "claim",
            models.Index(
                fields=["put_code"],
                condition=models.Q(("put_code__isnull", False)),
                name="claim_by_put_code",
            ),
        ),
    ]

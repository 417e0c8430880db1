from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reconciliation",
            name="kept_orcid_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=19),
        ),
        AddIndexConcurrently(
            model_name="reconciliation",
            index=models.Index(
                condition=models.Q(("kept_orcid_id", ""), _negated=True),
                fields=["kept_orcid_id"],
                name="reconciliation_merged",
            ),
        ),
    ]

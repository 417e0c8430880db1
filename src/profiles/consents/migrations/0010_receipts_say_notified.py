from django.db import migrations, models

KINDS = ["granted", "refreshed", "lost", "notified", "withdrawn", "revoked_at_orcid"]


class Migration(migrations.Migration):
    dependencies = [("consents", "0009_notified_at")]
    operations = [
        migrations.RemoveConstraint(model_name="receipt", name="receipt_kind_known"),
        migrations.RunSQL(
            "UPDATE consents_receipt SET kind = 'notified' WHERE kind = 'told'",
            "UPDATE consents_receipt SET kind = 'told' WHERE kind = 'notified'",
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="receipt_kind_known"
            ),
        ),
    ]

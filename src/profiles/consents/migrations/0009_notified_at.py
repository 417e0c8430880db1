from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consents", "0008_departure_by_a_job")]
    operations = [migrations.RenameField("consent", "told_at", "notified_at")]

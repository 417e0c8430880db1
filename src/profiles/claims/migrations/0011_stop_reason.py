from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0010_request_versions")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="stop_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        )
    ]

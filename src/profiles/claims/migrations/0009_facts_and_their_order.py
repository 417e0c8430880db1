from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_lane_generation")]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="generation",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="claim",
            name="in_doubt",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="claim",
            name="owner_version",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]

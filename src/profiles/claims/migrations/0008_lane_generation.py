from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_lists_at_size")]

    operations = [
        migrations.AddField(
            model_name="lane",
            name="generation",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]

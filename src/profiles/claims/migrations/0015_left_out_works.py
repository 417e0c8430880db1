"""Keep with a selected work why Auto-Update does not add it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0014_put_codes")]

    operations = [
        migrations.AddField(
            model_name="selectedwork",
            name="left_out",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
    ]

"""Keep with a selected work why Auto-Update does not add it, and the language of its title."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_trace_and_cause")]

    operations = [
        migrations.AddField(
            model_name="selectedwork",
            name="left_out",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="selectedwork",
            name="language",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]

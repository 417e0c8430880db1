from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("confirmations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

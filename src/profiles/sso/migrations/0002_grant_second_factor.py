from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sso", "0001_initial")]

    operations = [
        migrations.AddField("grant", "second_factor", models.BooleanField(default=False)),
    ]

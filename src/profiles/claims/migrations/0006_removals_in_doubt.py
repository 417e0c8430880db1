from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0005_batches'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='removal_begun',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

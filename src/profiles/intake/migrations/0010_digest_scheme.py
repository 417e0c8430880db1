"""Store how the digests of each snapshot were made."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0009_doubts_and_removals'),
    ]

    operations = [
        migrations.AddField(
            model_name='doisnapshot',
            name='digest_scheme',
            field=models.CharField(db_default='1', default='1', max_length=4),
        ),
    ]


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_email_question'),
    ]

    operations = [
        migrations.AddField(
            model_name='authorizationanswer',
            name='completing_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='authorizationanswer',
            name='result',
            field=models.BinaryField(null=True),
        ),
    ]

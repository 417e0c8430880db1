

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('tokens', models.FloatField()),
                ('filled_at', models.DateTimeField()),
                ('blocked_until', models.DateTimeField(blank=True, null=True)),
                ('failures', models.IntegerField(default=0)),
            ],
        ),
    ]

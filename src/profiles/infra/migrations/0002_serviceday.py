from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('infra', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('part', models.TextField()),
                ('worst', models.SmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'part'), name='service_day_once')],
            },
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('infra', '0005_outgoing_mail'),
    ]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE infra_tries SET UNLOGGED',
            'ALTER TABLE infra_tries SET LOGGED',
        ),
    ]

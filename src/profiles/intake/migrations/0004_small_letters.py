from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0003_repositories'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='doievent',
            name='doi_event_doi_lower_case',
        ),
        migrations.AddConstraint(
            model_name='doievent',
            constraint=models.CheckConstraint(condition=models.Q(('doi__regex', '^10\\.[^A-Z]+$')), name='doi_event_doi_lower_case'),
        ),
    ]

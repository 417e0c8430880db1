from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0003_inputs_and_hot_updates'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='claim',
            name='claim_doi_lower_case',
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('doi__regex', '^10\\.[^A-Z]+$')), name='claim_doi_lower_case'),
        ),
    ]

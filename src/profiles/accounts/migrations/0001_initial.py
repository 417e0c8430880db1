

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('orcid_id', models.CharField(max_length=19, unique=True)),
                ('name', models.TextField(blank=True, default='')),
                ('given_names', models.TextField(blank=True, default='')),
                ('family_name', models.TextField(blank=True, default='')),
                ('other_names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('organisation', models.TextField(blank=True, default='')),
                ('email', models.EmailField(blank=True, max_length=254, null=True)),
                ('email_verified_at', models.DateTimeField(blank=True, null=True)),
                ('role', models.CharField(default='user', max_length=20)),
                ('provider_id', models.TextField(blank=True, default='')),
                ('client_id', models.TextField(blank=True, default='')),
                ('beta_tester', models.BooleanField(default=False)),
                ('is_public', models.BooleanField(default=True)),
                ('auto_update_since', models.DateTimeField(blank=True, null=True)),
                ('language', models.CharField(blank=True, default='', max_length=10)),
                ('rules', models.JSONField(blank=True, default=dict)),
                ('is_active', models.BooleanField(default=True)),
                ('first_signed_in_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('auto_update_since__isnull', False)), fields=['auto_update_since'], name='account_enrolled'), models.Index(fields=['family_name', 'given_names', 'id'], name='account_by_name'), models.Index(fields=['created_at', 'id'], name='account_by_created')],
                'constraints': [models.CheckConstraint(condition=models.Q(('orcid_id__regex', '^\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$')), name='account_orcid_id_form'), models.CheckConstraint(condition=models.Q(('role__in', ['staff_admin', 'staff_user', 'provider_admin', 'provider_user', 'client_admin', 'client_user', 'user'])), name='account_role_known')],
            },
        ),
    ]

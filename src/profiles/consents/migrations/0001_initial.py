

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('orcid_id', models.CharField(max_length=19)),
                ('purpose', models.CharField(max_length=20)),
                ('client_id', models.TextField()),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('access_token', models.BinaryField(null=True)),
                ('refresh_token', models.BinaryField(null=True)),
                ('health', models.CharField(default='unused', max_length=12)),
                ('granted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('first_refused_at', models.DateTimeField(blank=True, null=True)),
                ('lost_at', models.DateTimeField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('wording', models.TextField(blank=True, default='')),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('orcid_id', 'purpose'), name='consent_one_per_purpose'), models.CheckConstraint(condition=models.Q(('purpose__in', ['search_and_link', 'auto_update'])), name='consent_purpose_known'), models.CheckConstraint(condition=models.Q(('health__in', ['unused', 'works', 'doubted', 'lost', 'withdrawn'])), name='consent_health_known')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('orcid_id', models.CharField(max_length=19)),
                ('purpose', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=20)),
                ('client_id', models.TextField()),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('wording', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['orcid_id', 'at'], name='receipt_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['granted', 'refreshed', 'lost', 'withdrawn', 'revoked_at_orcid'])), name='receipt_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Revocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('orcid_id', models.CharField(max_length=19)),
                ('purpose', models.CharField(max_length=20)),
                ('client_id', models.TextField()),
                ('token', models.BinaryField()),
                ('asked_at', models.DateTimeField()),
                ('tries', models.IntegerField(default=0)),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='revocation_due')],
            },
        ),
    ]

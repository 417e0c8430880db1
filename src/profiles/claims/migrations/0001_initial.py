

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('orcid_id', models.CharField(max_length=19)),
                ('doi', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('orcid_id', 'doi'), name='block_one_per_work')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('orcid_id', models.CharField(max_length=19)),
                ('doi', models.TextField()),
                ('action', models.CharField(default='create', max_length=6)),
                ('origin', models.CharField(max_length=12)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('problem', models.CharField(blank=True, default='', max_length=60)),
                ('detail', models.TextField(blank=True, default='')),
                ('wish', models.IntegerField(default=1)),
                ('tries', models.IntegerField(default=0)),
                ('urgent', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('requested_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('put_code', models.BigIntegerField(blank=True, null=True)),
                ('owner_client', models.TextField(blank=True, default='')),
                ('sent_digest', models.BinaryField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('removed_by_owner_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'working'])), fields=['orcid_id', '-urgent', 'id'], name='claim_lane'), models.Index(fields=['orcid_id', '-updated_at'], name='claim_of_person'), models.Index(fields=['doi'], name='claim_of_doi'), models.Index(fields=['-updated_at', 'id'], name='claim_by_updated'), models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['problem', 'state'], name='claim_by_problem')],
                'constraints': [models.UniqueConstraint(fields=('orcid_id', 'doi'), name='claim_one_per_work'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'working', 'failed', 'done', 'ignored', 'deleted', 'notified'])), name='claim_state_known'), models.CheckConstraint(condition=models.Q(('action__in', ['create', 'delete'])), name='claim_action_known'), models.CheckConstraint(condition=models.Q(('origin__in', ['orcid_search', 'orcid_update'])), name='claim_origin_known'), models.CheckConstraint(condition=models.Q(('put_code__gt', 0), ('put_code', None), _connector='OR'), name='claim_put_code_positive'), models.CheckConstraint(condition=models.Q(('doi__regex', '^10\\.[^[:upper:]]+$')), name='claim_doi_lower_case'), models.CheckConstraint(condition=models.Q(('put_code', None), models.Q(('owner_client', ''), _negated=True), _connector='OR'), name='claim_put_code_has_owner')],
            },
        ),
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('orcid_id', models.CharField(max_length=19, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('bell', models.BigIntegerField(default=1)),
                ('urgent', models.BooleanField(default=False)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('leased_by', models.IntegerField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['-urgent', 'due_at'], name='lane_due')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('verb', models.CharField(max_length=10)),
                ('seconds', models.FloatField(default=0)),
                ('status', models.IntegerField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=60)),
                ('put_code', models.BigIntegerField(blank=True, null=True)),
                ('claim', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='claims.claim')),
            ],
            options={
                'indexes': [models.Index(fields=['claim', 'id'], name='attempt_of_claim'), models.Index(fields=['at'], name='attempt_by_time')],
            },
        ),
        migrations.CreateModel(
            name='ClaimHistory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('event', models.CharField(max_length=10)),
                ('from_state', models.CharField(blank=True, default='', max_length=8)),
                ('to_state', models.CharField(max_length=8)),
                ('action', models.CharField(max_length=6)),
                ('origin', models.CharField(max_length=12)),
                ('problem', models.CharField(blank=True, default='', max_length=60)),
                ('actor', models.TextField(blank=True, default='')),
                ('note', models.TextField(blank=True, default='')),
                ('claim', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='history', to='claims.claim')),
            ],
            options={
                'indexes': [models.Index(fields=['claim', 'id'], name='history_of_claim')],
            },
        ),
    ]

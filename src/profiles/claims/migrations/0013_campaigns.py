"""Store campaigns that correct works after our mapping has changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0012_findings_of_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_by", models.TextField()),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("per_hour", models.IntegerField()),
                ("state", models.CharField(default="running", max_length=8)),
            ],
        ),
        migrations.CreateModel(
            name="CampaignWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="planned", max_length=7)),
                ("before", models.BinaryField(blank=True, null=True)),
                ("after", models.BinaryField(blank=True, null=True)),
                ("at", models.DateTimeField(blank=True, null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="works", to="claims.campaign"
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="campaign_works", to="claims.claim"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "due")), fields=["claim"], name="campaign_work_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("campaign", "claim"), name="campaign_work_once")],
            },
        ),
    ]

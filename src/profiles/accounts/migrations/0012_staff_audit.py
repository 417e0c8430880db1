"""The audit log of staff, whose rows the database itself protects."""

import django.db.models
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

PROTECT = """
CREATE FUNCTION accounts_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('profiles.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of the audit log are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE ON accounts_staffaudit
FOR EACH ROW EXECUTE FUNCTION accounts_refuse_audit_change();
"""
UNPROTECT = """
DROP TRIGGER staff_audit_append_only ON accounts_staffaudit;
DROP FUNCTION accounts_refuse_audit_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_home_read_at")]

    operations = [
        migrations.CreateModel(
            "StaffAudit",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("by_account", models.BigIntegerField(null=True)),
                ("by_name", models.TextField(blank=True, default="")),
                ("act", models.CharField(max_length=40)),
                ("account_id", models.BigIntegerField(null=True)),
                ("about", models.TextField(blank=True, default="")),
                ("count", models.IntegerField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "-at"], name="staff_audit_of_person"),
                    models.Index(
                        fields=["about", "-at"],
                        condition=models.Q(("about", ""), _negated=True),
                        name="staff_audit_about",
                    ),
                    models.Index(fields=["by_account", "-at"], name="staff_audit_by"),
                    models.Index(fields=["-at", "-id"], name="staff_audit_by_time"),
                ]
            },
        ),
        migrations.AddIndex(
            "account",
            models.Index(
                django.db.models.functions.text.Upper("email"),
                condition=models.Q(("email__isnull", False)),
                name="account_by_email",
            ),
        ),
        migrations.RunSQL(PROTECT, UNPROTECT),
    ]

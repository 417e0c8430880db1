"""The shared cache: rate limits of sign-in and discovery documents. Unlogged: it may be lost."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("infra", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE infra_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX infra_cache_expires ON infra_cache (expires);
            """,
            "DROP TABLE infra_cache",
        ),
    ]

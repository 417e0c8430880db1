"""The test database: emptied in milliseconds, and kept from run to run while no migration changes.

``TRUNCATE`` of sixty tables, which Django's flush does after each test that commits, takes 0.2 s. These tests
leave a few rows; deleting them takes 2 ms. Jobs and the cache are emptied too, which the flush leaves.
"""

import hashlib
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection

from tests.support.shared import ROOT

KEPT: Final = ["django_migrations", "django_content_type", "auth_permission"]
"""Filled by migrations, and changed by no test."""
LARGE: Final = 1_000_000
"""Bytes from which a table is truncated, so that its dead rows slow no later test."""
_USED = """
SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
  AND relname <> ALL(%s)
"""


def empty_all_tables() -> None:
    """Delete every row that a test can have made; foreign keys and triggers do not apply meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, [KEPT])
        used = dict(cursor.fetchall())
        large = [table for table, size in used.items() if size > LARGE]
        if large:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
        deletes = [f"DELETE FROM {table}" for table in used if table not in large]
        cursor.execute(
            "; ".join(["SET session_replication_role = replica", *deletes, "RESET session_replication_role"])
        )


def schema_digest() -> str:
    """Return a digest of our migrations and the versions of the packages with tables."""
    files = [ROOT / "requirements" / "dev.lock", *sorted(ROOT.glob("src/profiles/*/migrations/*.py"))]
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def has_current_schema() -> bool:
    """Return whether the test database is there and was made from the migrations as they are now."""
    name = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
    with psycopg.connect(settings.ENVIRONMENT.DATABASE_URL) as direct:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = direct.execute(query, [name]).fetchone()
    return row is not None and row[0] == schema_digest()


def remember_schema() -> None:
    """Note in the test database what it was made from, for ``has_current_schema``."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{schema_digest()}'")

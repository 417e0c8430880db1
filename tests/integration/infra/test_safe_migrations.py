"""An index that is added while the service runs."""

import pytest
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from profiles.infra.postgres.safe_migrations import AddIndexSafely

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "tries_until_planted"


def indexes() -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = %s",
            [NAME],
        )
        return cursor.fetchall()


@pytest.fixture
def leftover():
    """An index that an earlier try left behind, which is of no use."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {NAME} ON infra_tries (tries)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [NAME])
        cursor.execute("SET lock_timeout = '3s'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def test_what_an_earlier_try_left_behind_is_replaced_and_the_time_limits_are_as_before(leftover):
    migration = Migration("planted", "infra")
    migration.operations = [AddIndexSafely("tries", models.Index(fields=["until"], name=NAME))]
    before = indexes()

    with connection.schema_editor(atomic=False) as editor:
        migration.apply(MigrationLoader(connection).project_state(), editor)

    assert (before, indexes()) == ([(NAME, False)], [(NAME, True)])
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)

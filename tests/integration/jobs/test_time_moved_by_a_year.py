"""With time moved on, no table has rows older than docs/ops/retention.md says, and no other row is gone.

One finished row is made in every table, by the types of its columns; then the jobs run once.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from profiles.infra import clock
from profiles.jobs import upkeep
from tests.support.records import ANNA
from tests.support.shared import ROOT

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs/ops/retention.md"
LIMITED = re.compile(r"^\d+ (days|minutes)|^until (they|the session|the window) ends?| and \d+ days$")
ROW = re.compile(r"^\| (?P<tables>`.+?) \| (?P<kept>.+?) \|", re.MULTILINE)
BY_NUMBER = {"infra_cache"}
"""Never more than so many rows: the oldest goes when a new one comes."""
OF_TYPE = {
    **dict.fromkeys(("int2", "int4", "int8", "float8"), 12_345),
    **dict.fromkeys(("varchar", "text"), "x"),
    **dict.fromkeys(("bool",), False),
    **dict.fromkeys(("jsonb", "_text"), "{}"),
    "bytea": b"x",
    "uuid": UUID(int=1),
    "inet": "127.0.0.1",
}
"""The same values everywhere, so that rows point at each other; numbers that no sequence comes to."""
VALUES = {
    "orcid_id": ANNA,
    "doi": "10.5072/a",
    "accounts_accesskey.kind": "service",
    "claims_campaign.state": "stopped",
    "claims_claim.state": "done",
    "intake_decision.result": "skip",
    "sso_subjectsalt.id": 1,
    "intake_doisnapshot.doi": "10.5072/of-no-claim",
}
"""Where a column needs something else; where the database names what is allowed, the first of it is taken."""
FINISHED = {
    *("consents_departure.finished_at", "intake_ingestunit.done_at", "intake_unreadableid.changed_at"),
    *("accounts_repositorymail.confirmed_at", "sso_signingkey.ends_at", "procrastinate_events.at"),
}
"""Times that decide whether a row is kept, and may be missing."""
ALLOWED = r"""
SELECT conrelid::regclass || '.' || found[1], found[2] FROM pg_constraint,
    regexp_match(pg_get_constraintdef(oid), $$^CHECK \W*(\w+)\W+text = ANY \W+ARRAY\['([^']*)$$) AS found
WHERE contype = 'c' AND found IS NOT NULL
"""
COLUMNS = """
SELECT table_name, column_name, udt_name FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'NEVER' AND table_name <> 'django_migrations'
    AND (is_nullable = 'NO' OR table_name || '.' || column_name = ANY(%s)) AND udt_name !~ 'procrastinate_'
ORDER BY 1, ordinal_position
"""


def limits() -> dict[str, timedelta]:
    """Read the tables whose rows end, and how long after their end they stay."""
    found = {}
    for row in ROW.finditer(PAGE.read_text()):
        if LIMITED.search(row["kept"]):
            days = re.search(r"(\d+) days", row["kept"])
            kept = timedelta(days=int(days[1]) if days else 0)
            found |= dict.fromkeys(re.findall(r"`(\w+)`", row["tables"]), kept)
    return {table: kept for table, kept in found.items() if table not in BY_NUMBER}


def columns_of_tables() -> dict[str, dict[str, str]]:
    """Return the types of the columns that a row needs, by table."""
    found: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [list(FINISHED)])
        for table, column, kind in cursor.fetchall():
            found.setdefault(table, {})[column] = kind
    assert set(found) == set(connection.introspection.table_names()) - {"django_migrations"}
    return found


def fill(tables, at) -> None:
    """Make one row in each table, with this time in all of its times."""
    of_type = {**OF_TYPE, "timestamptz": at, "date": at.date()}
    with connection.cursor() as cursor:
        # The order of the tables would matter otherwise, and no trigger is to send anything.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(ALLOWED)
        chosen = {**dict(cursor.fetchall()), **VALUES}
        for table, columns in tables.items():
            values = [
                chosen.get(f"{table}.{column}", chosen.get(column, of_type[kind]))
                for column, kind in columns.items()
            ]
            names = ", ".join(map(connection.ops.quote_name, columns))
            marks = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({marks})"
            cursor.execute(f"{insert} ON CONFLICT DO NOTHING", values)
        cursor.execute("RESET session_replication_role")


def with_rows_of(tables, at) -> set[str]:
    """Return the tables that have rows of this time; of a table without times, those that have rows."""
    queries, values = [], []
    for table, columns in tables.items():
        times = [f'"{column}" <= %s' for column, kind in columns.items() if kind in {"timestamptz", "date"}]
        queries.append(f"(SELECT '{table}' FROM {table} WHERE {' OR '.join(times) or 'true'} LIMIT 1)")
        values += [at] * len(times)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), values)
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.parametrize("years", [1, 3])
def test_with_time_moved_by_years_no_table_has_rows_older_than_the_page_says(years):
    age = timedelta(days=365 * years + 1)
    then, tables = clock.now() - age, columns_of_tables()
    fill(tables, then)
    before = with_rows_of(tables, then)
    over = {table for table, kept in limits().items() if kept < age}
    assert before >= over
    assert len(before) > 60

    upkeep.delete_old()
    upkeep.tidy_up()

    assert before - with_rows_of(tables, then) == over

"""Fill tables by the database itself: columns that are not named get the empty value of their type."""

from typing import Final

from django.db import connection

PERSON: Final = (
    "'0009-' || lpad((({0}) / 10000)::text, 4, '0') || '-' || lpad(mod({0}, 10000)::text, 4, '0') || '-0000'"
)
MOMENT: Final = "now() - interval '1 hour' - n * interval '10 seconds'"
"""A million rows reach back four months."""
_EMPTY: Final = {
    "text": "''",
    "character varying": "''",
    "boolean": "false",
    "smallint": "0",
    "integer": "0",
    "bigint": "0",
    "double precision": "0",
    "timestamp with time zone": MOMENT,
    "jsonb": "'{}'",
    "bytea": "''",
    "uuid": "gen_random_uuid()",
    "ARRAY": "'{}'",
}


def fill(table: str, rows: int, **values: str) -> None:
    """Insert so many rows; ``values`` are expressions of ``n``, which counts from 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
            [table],
        )
        columns = {name: _EMPTY[kind] for name, kind in cursor.fetchall()} | values
        names, expressions = ", ".join(columns), ", ".join(columns.values())
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {expressions} FROM generate_series(0, %s) n", [rows - 1]
        )
        cursor.execute(f"ANALYZE {table}")


def fill_everything(rows: int) -> None:
    """Fill each table that grows with people, claims or changes: a person for each row, one claim each."""
    person, doi = PERSON.format("n"), "'10.5072/many.' || n"
    # What failed is of the last weeks, as in production.
    is_done = f"n >= {rows // 20}"
    done = f"CASE WHEN {is_done} THEN {{0}} END"
    fill("accounts_account", rows, orcid_id=person, name="'Person ' || n", role="'user'", is_active="true",
         is_public="true", auto_update_since=MOMENT, password="'!'")  # fmt: skip
    fill("consents_consent", rows, orcid_id=person, purpose="'auto_update'", client_id="'APP-MANY'",
         health="'works'", last_used_at=MOMENT)  # fmt: skip
    fill("consents_receipt", rows, orcid_id=person, purpose="'auto_update'", kind="'granted'")
    fill("intake_lookback", rows, orcid_id=person)
    fill("intake_reconciliation", rows, orcid_id=person)
    fill("intake_doisnapshot", rows, doi=doi, state="'findable'", title="'A work about ice, number ' || n",
         repository="'repository.' || mod(n, 400)", names=f"ARRAY[{person}]", registered=MOMENT,
         updated=MOMENT, seen_at=MOMENT)  # fmt: skip
    fill("intake_doievent", rows, event_id="'many-' || n", doi=doi, source="'poll'", done_at=MOMENT)
    fill("intake_decision", rows, orcid_id=person, doi=doi, trigger="'many-' || n", source="'poll'",
         result="CASE WHEN mod(n, 5) = 0 THEN 'skip' ELSE 'claim' END", rule="'type'",
         reason="CASE WHEN mod(n, 5) = 0 THEN 'type-unwanted' ELSE '' END", change="'new'")  # fmt: skip
    fill("claims_claim", rows, uuid="gen_random_uuid()", orcid_id=person, doi=doi, action="'create'",
         origin="'orcid_update'", request_version="1", tries="1", requested_at=MOMENT, created_at=MOMENT,
         updated_at=MOMENT, state=f"CASE WHEN {is_done} THEN 'done' ELSE 'failed' END",
         problem=f"CASE WHEN {is_done} THEN '' ELSE 'missing-data' END", put_code=done.format("n + 1"),
         owner_client=f"CASE WHEN {is_done} THEN 'APP-MANY' ELSE '' END",
         claimed_at=done.format(MOMENT))  # fmt: skip
    fill("claims_lane", rows, orcid_id=person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM claims_claim WHERE doi LIKE '10.5072/many.%'")
        first = cursor.fetchone()[0]
    fill("claims_claimhistory", rows, claim_id=f"n + {first}", at=MOMENT, event="'finish'", action="'create'",
         from_state="'working'", to_state="'done'", actor="'worker'")  # fmt: skip
    fill("claims_attempt", rows, claim_id=f"n + {first}", at=MOMENT, verb="'add'", status="201")

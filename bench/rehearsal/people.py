"""Enrol a million people in one go: COPY of what differs, the rest from one person that our code made."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import psycopg
from bench.rehearsal.plan import Plan, person_id, token_of
from psycopg import sql

from profiles.accounts.models import Account
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.intake.models import LookBack

VISITOR: Final = "0009-0001-0000-0014"
"""Whose pages are opened during the run; the model of all others."""


def enrol(url: str, plan: Plan) -> None:
    """Give so many people an account with Auto-Update, its permission, and the look back that follows."""
    since = clock.now() - timedelta(days=30)
    name = {"name": "Alice Alvarado", "given_names": "Alice", "family_name": "Alvarado"}
    Account.objects.create(orcid_id=VISITOR, auto_update_since=since, first_signed_in_at=since, **name)
    Consent.objects.create(
        orcid_id=VISITOR,
        purpose=Purpose.AUTO_UPDATE.value,
        client_id=wiring.orcid_client(Purpose.AUTO_UPDATE).client_id,
        scopes=list(SCOPES),
        access_token=b"",
        granted_at=since,
    )
    LookBack.objects.create(orcid_id=VISITOR, at=since)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE people (orcid_id text, access_token bytea, given_names text,"
            " family_name text, name text)"
        )
        with connection.cursor() as cursor, cursor.copy("COPY people FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", "bytea", "text", "text", "text"])
            for row in _rows(plan):
                copy.write_row(row)
        for table in ("accounts_account", "consents_consent", "intake_lookback"):
            _multiply(connection, table)
        connection.execute("VACUUM ANALYZE")


def _rows(plan: Plan) -> Iterator[tuple[str, bytes, str, str, str]]:
    vault = wiring.vault()
    for person in range(plan.people):
        orcid_id = person_id(person)
        purpose = seal_purpose(orcid_id, Purpose.AUTO_UPDATE.value)
        given, family = f"Given{person % 1500}", f"Family{person % 40_000}"
        sealed = vault.seal(token_of(person), purpose=purpose)
        yield orcid_id, sealed, given, family, f"{given} {family}"


def _multiply(connection: psycopg.Connection, table: str) -> None:
    """Copy the visitor's row for everyone, with the columns that are theirs."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
        [table],
    )
    own = {"orcid_id", "access_token", "given_names", "family_name", "name"}
    columns = [name for (name,) in found]
    values = [sql.Identifier("people" if name in own else "model", name) for name in columns]
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM people, {} model WHERE model.orcid_id = {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(values),
            sql.Identifier(table),
            sql.Literal(VISITOR),
        )
    )

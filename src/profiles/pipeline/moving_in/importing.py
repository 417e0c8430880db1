"""Import the tables of the previous service: in batches, in bounded memory, safe to kill and to run again.

Each batch is one transaction. What is here already stays as it is, so a run after a kill, or a second run,
goes over the same rows and stores only what is missing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from profiles.accounts import selectors as accounts
from profiles.accounts.models import Account, RoleChange
from profiles.accounts.moving_in.people import count_of_visitors, store_people
from profiles.claims import selectors as claims
from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.claims.moving_in.claims import store_claims
from profiles.consents.models import Consent, Receipt
from profiles.consents.moving_in.permissions import store_permissions
from profiles.domain.consent import PURPOSE_OF, Purpose
from profiles.domain.moving_in.claims import CLAIMS_COLUMNS, CLAIMS_NEED, read_claim
from profiles.domain.moving_in.oddities import Oddity
from profiles.domain.moving_in.people import PEOPLE_COLUMNS, PEOPLE_NEED, read_person
from profiles.infra import wiring
from profiles.infra.table_dumps.mysql import DumpError
from profiles.infra.table_dumps.opening import Rows, TableReader, parts_of
from profiles.pipeline.intake.harvest import OVERLAP
from profiles.pipeline.moving_in.report import ImportReport, TableReport

BATCH_SIZE: Final = 5_000
_TABLES: Final = {"users": PEOPLE_COLUMNS, "claims": CLAIMS_COLUMNS}
_NEED: Final = {"users": PEOPLE_NEED, "claims": CLAIMS_NEED}
_WRITTEN: Final = [
    model._meta.db_table  # noqa: SLF001  the documented interface of models
    for model in (Account, RoleChange, Consent, Receipt, Claim, ClaimHistory, Lane)
]
_WITHOUT_PERSON: Final = f"""
SELECT count(DISTINCT c.orcid_id) FROM {claims.CLAIMS} WHERE NOT {accounts.HAS_ACCOUNT}
"""  # noqa: S608  nothing of a caller's


@dataclass(frozen=True, slots=True)
class Present:
    """What the database holds before an import."""

    people: int
    permissions: int
    claims: int
    visitors: int

    @property
    def is_in_service(self) -> bool:
        """Whether people have signed in here."""
        return self.visitors > 0


def look() -> Present:
    """Return what the database holds."""
    return Present(
        people=Account.objects.count(),
        permissions=Consent.objects.count(),
        claims=Claim.objects.count(),
        visitors=count_of_visitors(),
    )


def import_previous_service(
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[ImportReport], None] = lambda _report: None,
) -> ImportReport:
    """Import a dump, or a folder of CSV files. ``now`` is the moment of the switch-over.

    Raises:
        DumpError: the dump cannot be read, or not further; what came before is stored.
    """
    report, began = ImportReport(), time.perf_counter()
    store = _Store(now, report)
    with _copies_of_tables() if dry_run else _relaxed_commits():
        for part in parts_of(path, tuple(_TABLES)):
            reader = TableReader(part, _TABLES)
            for table, rows in reader.batches(BATCH_SIZE):
                store.batch(table, rows)
                report.seconds = time.perf_counter() - began
                progress(report)
                if stop():
                    report.stopped = True
                    return report
            report.is_complete &= reader.is_complete
            report.other_tables += reader.other_tables
        report.claims_without_person = _value(_WITHOUT_PERSON)
        if not dry_run:
            _analyze()
    report.seconds = time.perf_counter() - began
    return report


class _Store:
    """Stores batches of rows, whatever their table."""

    def __init__(self, now: datetime, report: ImportReport) -> None:
        self._now = now
        self._report = report
        self._vault = wiring.vault()
        self._client_ids = {purpose: wiring.orcid_client(purpose).client_id for purpose in Purpose}
        self._owners = {origin: self._client_ids[purpose] for origin, purpose in PURPOSE_OF.items()}
        self._checked: set[str] = set()

    def batch(self, table: str, rows: Rows) -> None:
        """Store one batch in one transaction."""
        self._check_columns(table, rows)
        report = self._report.table(table)
        store = self._people if table == "users" else self._claims
        with transaction.atomic():
            store(rows, report)
        report.rows += len(rows)

    def _check_columns(self, table: str, rows: Rows) -> None:
        if table in self._checked:
            return
        missing = [column for column in _NEED[table] if column not in rows[0]]
        if missing:
            raise DumpError(f"{table} lacks the columns {', '.join(missing)}")
        self._checked.add(table)

    def _people(self, rows: Rows, report: TableReport) -> None:
        people = []
        for row in rows:
            person, oddities = read_person(row, now=self._now)
            report.note(oddities, row.get("id"))
            if person is not None:
                people.append(person)
        stored, others = store_people(people, switched_on=self._now - OVERLAP, now=self._now)
        report.stored += stored
        for number in others:
            report.note([Oddity.PERSON_TWICE], number)
        report.permissions += store_permissions(
            people, client_ids=self._client_ids, vault=self._vault, now=self._now
        )

    def _claims(self, rows: Rows, report: TableReport) -> None:
        found = []
        for row in rows:
            claim, oddities = read_claim(row, now=self._now)
            report.note(oddities, row.get("id"))
            if claim is not None:
                found.append(claim)
        stored = store_claims(found, owners=self._owners, now=self._now)
        report.stored += stored.new
        for number in stored.twice:
            report.note([Oddity.CLAIM_TWICE], number)
        for number in sorted(stored.renamed):
            report.note([Oddity.UUID_TWICE], number)


@contextmanager
def _copies_of_tables() -> Iterator[None]:
    """Write to empty temporary copies of the tables, which have their names and so are found first."""
    with connection.cursor() as cursor:
        for table in _WRITTEN:
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE {table} INCLUDING ALL)")
        try:
            yield
        finally:
            cursor.execute(f"DROP TABLE {', '.join(f'pg_temp.{table}' for table in _WRITTEN)}")


@contextmanager
def _relaxed_commits() -> Iterator[None]:
    """Let commits not wait for the disk: after a crash of PostgreSQL the import is repeated anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")


def _analyze() -> None:
    """Give the planner the new sizes at once: the first people and workers must not wait for autovacuum."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_WRITTEN)}")


def _value(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])

"""With a million rows in each table that grows, pages, endpoints, lanes and jobs read none of them whole.

PostgreSQL itself counts how often it reads a table from its beginning to its end; so no statement escapes,
whichever connection it came by. A long run: ``make proof plans``.
"""

import os
import sys
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.consents.models import Consent
from profiles.infra.jobs.queue import app
from profiles.intake.models import Decision, Reconciliation
from tests.support import api_callers, services
from tests.support.environment import mailbox
from tests.support.every_page import GROUPS, NAMES
from tests.support.jobs import run_jobs
from tests.support.many_rows import fill_everything
from tests.support.pushing import ALICE, run_lanes
from tests.support.shared import ROOT

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "mailbox"),
    pytest.mark.timeout(0),
]
PROGRESS = ROOT / "var" / "plans-progress.txt"
ROWS = int(os.environ.get("PROFILES_PLANS_ROWS", "100000"))
READS_ALL = {
    # By design: the set of enrolled iDs and the filter of known DOIs, which intake keeps in memory.
    ("job harvest", "accounts_account"),
    ("job harvest", "intake_doisnapshot"),
    # Counted once a day.
    ("page /", "accounts_account"),
    # Counted when so many DOIs look gone at once that removals may have to stop; here all do.
    ("job look_for_hidden", "intake_doisnapshot"),
    # Counts up to 10,001 people and stops.
    ("GET /users", "accounts_account"),
    # Goes through all in the order of the key, a thousand at a time; one in two is read whole when few rows
    # are there.
    ("job delete_old", "intake_doisnapshot"),
    ("job delete_old", "intake_decision"),
}
SCANS = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > %s"
API = (
    "/claims?page[size]=25", "/claims?state=failed", f"/claims?user-id={ALICE}",
    "/claims?query=10.5072/many.77", "/claims?dois=10.5072/many.3", "/claims?created=2026", "/users",
    "/users?query=Person+777", f"/users/{ALICE}", "/heartbeat", "/readyz", "/status.json",
)  # fmt: skip


@pytest.fixture
def scans():
    """Make the rows; tell which large tables a step reads whole, and with which statements of its own."""
    fill_everything(ROWS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('account_named')")
        cursor.execute("SELECT gin_clean_pending_list('snapshot_titled')")
        cursor.execute("VACUUM ANALYZE")
    return Scans()


class Scans:
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self.steps = 0

    def of(self, name: str, step: Callable[[], object]) -> None:
        before, statements = self.count(), []

        def note(execute, sql, values, *rest):
            statements.append((sql, values))
            return execute(sql, values, *rest)

        with connection.execute_wrapper(note):
            step()
        self.steps += 1
        PROGRESS.write_text(f"{self.steps} {name}\n")
        after = self.count()
        for table in sorted(table for table in after if after[table] > before.get(table, after[table])):
            if (name, table) not in READS_ALL:
                self.found.append((name, table, self.reason(table, statements)))

    @staticmethod
    def count() -> dict[str, int]:
        with connection.cursor() as cursor:
            # What this connection counted; others give theirs when they close.
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(SCANS, [ROWS / 2])
            return dict(cursor.fetchall())

    @staticmethod
    def reason(table: str, statements: list) -> str:
        for sql, values in statements:
            text = sql if isinstance(sql, str) else sql.as_string(connection.connection)
            if not text.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {text}", values)
                if f"Seq Scan on {table}" in "\n".join(line for (line,) in cursor.fetchall()):
                    return " ".join(text.split())[:600]
        return "a statement of another connection"


def forget_the_people_of_pages(stands) -> None:
    """Each group of pages begins with its people unknown; those of the large tables stay."""
    stands.reset()
    services.register(stands)
    mailbox.letters.clear()
    for model in (Claim, Lane, Consent, Decision, Reconciliation, Account):
        model.objects.exclude(orcid_id__endswith="-0000").delete()


def test_nothing_reads_a_whole_table_of_a_million_rows(scans, stands, capsys):
    key = api_callers.service_key("claims:read", "people:write")
    for path in API:
        scans.of(
            f"GET {path}", lambda path=path: Client().get(path, headers={"Authorization": f"Bearer {key}"})
        )
    for group, build in GROUPS.items():
        forget_the_people_of_pages(stands)
        states = []
        scans.of(
            f"steps of {group}",
            lambda build=build, states=states: states.extend(build(NAMES["latin"], stands)),
        )
        for state in states:
            if not state.body and not state.path.startswith("http"):
                scans.of(
                    f"page {state.path}", lambda state=state: (state.browser or Client()).get(state.path)
                )
        scans.of(f"jobs after {group}", run_jobs)
        scans.of(f"lanes after {group}", lambda: run_lanes(seconds=60))
        connections.close_all()
    for periodic in list(app.periodic_registry.periodic_tasks.values()):
        name = periodic.task.name
        scans.of(f"job {name}", lambda periodic=periodic: (periodic.task.defer(timestamp=0), run_jobs()))

    with capsys.disabled():
        sys.stdout.write(
            f"\nplans: {ROWS} rows in each table, {scans.steps} steps, {len(scans.found)} reads of all\n"
        )
    assert scans.steps > 100
    assert scans.found == [], "\n".join(map(str, scans.found))

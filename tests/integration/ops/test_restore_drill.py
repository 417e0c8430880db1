"""The drill of docs/ops/backup.md: a backup, work that is lost, a restore into a fresh PostgreSQL."""

import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.infra import clock
from profiles.infra.postgres import identity
from profiles.infra.vault import new_key
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.harvest import harvest
from tests.support import workers
from tests.support.claims import waiting_claim
from tests.support.intake import SINCE
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes, works_of
from tests.support.second_postgres import fresh_server, run
from tests.support.served import Served, stop
from tests.support.shared import ROOT
from tests.support.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]
ON_RECORD = ("kept", "corrected later", "removed later")
WAITING = ("sent later", "sent and removed later", "never sent")
BOBS = "10.5072/drill-bobs"
DUE = "SELECT FROM claims_claim WHERE state IN ('waiting', 'working') AND problem <> 'token-refused'"
PEOPLE = "SELECT orcid_id FROM accounts_account ORDER BY 1"
PERMISSIONS = "SELECT orcid_id, purpose, access_token FROM consents_consent ORDER BY 1, 2"


def doi_of(name: str) -> str:
    return f"10.5072/drill-{name.replace(' ', '-')}"


def poll_until(datacite, name: str) -> None:
    """Poll DataCite until a claim came of this DOI; its times have whole seconds."""

    def polled() -> bool:
        harvest(sync_clients.datacite(), load_watch(), begin=clock.now())
        return Claim.objects.filter(doi=doi_of(name), state="waiting").exists()

    wait_until(polled, seconds=10, pause=0.2)


def removed_in_orcid(orcid, name: str) -> None:
    put_code = Claim.objects.get(doi=doi_of(name)).put_code
    orcid.order("remove-work", {"orcid": ALICE, "put_code": put_code})


def before_the_backup(orcid, datacite) -> None:
    for orcid_id in (ALICE, BOB):
        permitted(orcid, orcid_id)
    Account.objects.filter(orcid_id=ALICE).update(auto_update_since=SINCE)
    harvest(sync_clients.datacite(), load_watch(), begin=clock.now())
    for name in ON_RECORD:
        registered(datacite, doi_of(name), title=name)
        waiting_claim(ALICE, doi_of(name), by_owner=True, actor=ALICE)
    run_lanes()
    for name in WAITING:
        # Their metadata do not name her, so polling has nothing to do with them.
        registered(datacite, doi_of(name), title=name, names=())
        waiting_claim(ALICE, doi_of(name), by_owner=True, actor=ALICE)
    registered(datacite, BOBS, names=(BOB,))
    waiting_claim(BOB, BOBS, by_owner=True, actor=BOB)


def after_the_backup(orcid, datacite) -> None:
    Claim.objects.filter(doi__in=[doi_of("never sent"), BOBS]).update(due_at=clock.now() + timedelta(days=1))
    for client_id in Consent.objects.filter(orcid_id=BOB).values_list("client_id", flat=True):
        orcid.order("revoke-trust", {"orcid": BOB, "client_id": client_id})
    registered(datacite, doi_of("corrected later"), title="a better title")
    for name in ("new later", "new and removed later"):
        registered(datacite, doi_of(name), title=name)
        poll_until(datacite, name)
    poll_until(datacite, "corrected later")
    run_lanes()
    for name in ("removed later", "sent and removed later", "new and removed later"):
        removed_in_orcid(orcid, name)


def rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def on_record(orcid) -> dict[str, int]:
    """Return the works on Alice's record by title, with their put-codes."""
    return {work["title"]["title"]["value"]: work["put-code"] for work in works_of(orcid)}


def refused(served: Served, *words: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "profiles", *words],
        env={**served.variables, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    return " ".join((done.stdout + done.stderr).split())


def work(served: Served, url: str) -> None:
    """Run a worker until nothing is due any more."""
    served.start("worker", "--no-jobs")
    try:
        wait_until(lambda: not rows(url, DUE), seconds=60, pause=0.1)
    finally:
        stop(served.processes)


def test_after_a_restore_nothing_is_lost_sent_twice_or_brought_back(orcid, datacite, tmp_path, capsys):
    with fresh_server() as url:
        served = Served("", {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src")})
        original = workers.test_database_url()
        identity.record_first_identity()
        before_the_backup(orcid, datacite)
        run("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}", original)
        people, permissions = rows(original, PEOPLE), rows(original, PERMISSIONS)
        after_the_backup(orcid, datacite)
        works, calls = on_record(orcid), len(orcid.log())

        run("pg_restore", "--no-owner", f"--dbname={url}", str(tmp_path / "backup"))
        without_keys = refused(served, "doctor", PROFILES_VAULT_KEYS=new_key())
        too_early = refused(served, "worker")
        said = served.run("after-restore")
        work(served, url)

        assert "no key opens any" in without_keys
        assert "This database was restored from a backup" in too_early
        assert "Workers may start." in said
        assert (rows(url, PEOPLE), rows(url, PERMISSIONS)) == (people, permissions)
        assert [call for call in orcid.log(after=calls) if call["method"] != "GET"] == []
        assert on_record(orcid) == works
        assert ended(url) == {
            "kept": ("done", ""),
            "corrected later": ("done", ""),
            "removed later": ("deleted", "removed-by-owner"),
            "sent later": ("done", ""),
            "sent and removed later": ("deleted", "after-restore"),
            "never sent": ("deleted", "after-restore"),
            "new later": ("done", ""),
            "new and removed later": ("deleted", "after-restore"),
            "bobs": ("waiting", "token-refused"),
        }
        life_goes_on(served, url, orcid, datacite)
    with capsys.disabled():
        summary = f"{len(people)} people, {len(permissions)} permissions that open, {len(works)} works"
        sys.stdout.write(f"\nrestore: {summary} on the record as before, none sent twice or brought back\n")


def ended(url: str) -> dict[str, tuple[str, str]]:
    claims = rows(url, "SELECT doi, state, problem FROM claims_claim")
    return {doi.removeprefix(doi_of("")).replace("-", " "): (state, why) for doi, state, why in claims}


def life_goes_on(served: Served, url: str, orcid, datacite) -> None:
    """The restored permissions open: a correction is sent, and what its owner asks for again is added."""
    registered(datacite, doi_of("kept"), title="kept and corrected")
    wait_until(lambda: served.run("harvest") and rows(url, DUE), seconds=30)
    served.do("tests.support.claims.asked_again", ALICE, doi_of("never sent"))
    work(served, url)

    assert {"kept and corrected", "never sent"} <= set(on_record(orcid))

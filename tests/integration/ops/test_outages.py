"""Outages, switched on at the stand-ins: they are shown while they last, nothing is lost, and all heals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.exposition import generate_latest

from profiles.claims.lanes import WORKER_LOCKS
from profiles.claims.models import Claim, Lane
from profiles.claims.services import replay
from profiles.infra.models import Bucket
from profiles.infra.monitoring import metrics
from profiles.infra.web import page_calls, service_health
from profiles.intake.models import HarvestState
from profiles.intake.watch import load_watch
from profiles.pipeline import gauges, service_status, sync_clients
from profiles.pipeline.intake.harvest import harvest
from tests.support.claims import waiting_claim
from tests.support.database_accidents import full_disk
from tests.support.globus_browser import sign_in_at_globus
from tests.support.orcid_browser import sign_in_at_orcid
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of
from tests.support.signing_in import back, begin, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache", "stands")]
WORKS = [f"10.5072/outage-{number}" for number in range(5)]
STATES = {"working": 0.0, "slow": 1.0, "down": 2.0, "unknown": 3.0}


@pytest.fixture(autouse=True)
def _looked_at_each_time(monkeypatch):
    monkeypatch.setattr(service_status, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(service_health, "_recorded", {})
    page_calls.gateway.cache_clear()


@pytest.fixture(autouse=True)
def _a_living_worker():
    """Hold the lock by which a worker shows that it lives."""
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"],
        port=known["PORT"] or None,
        user=known["USER"],
        dbname=known["NAME"],
        autocommit=True,
    ) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, 1)", [WORKER_LOCKS])
        yield


def shown() -> dict[str, str]:
    """What /status.json says of each part; the gauges must agree, and the page must name what it says."""
    status = Client().get("/status.json").json()
    page = Client().get("/status").content.decode()
    assert status["sentence"] in page
    text = generate_latest(metrics.registry(gauges.DatabaseGauges())).decode()
    for part in status["parts"]:
        state = "working" if part["state"] == "off" else part["state"]
        assert f'profiles_part_state{{part="{part["name"]}"}} {STATES[state]}' in text
    return {part["name"]: part["state"] for part in status["parts"]}


def now_due() -> None:
    """Let what waits for its next try be due, as it is after some minutes."""
    now = timezone.now()
    Claim.objects.exclude(due_at=None).update(due_at=now)
    Lane.objects.exclude(due_at=None).update(due_at=now, leased_until=None)
    Bucket.objects.update(blocked_until=now)


def harvested() -> None:
    """Poll, as if the last poll were some minutes ago."""
    earlier = timezone.now() - timedelta(minutes=5)
    HarvestState.objects.update(done_until=earlier, window_until=None, not_before=None, cursor="")
    harvest(sync_clients.datacite(), load_watch())


def a_quiet_day(orcid) -> None:
    permitted(orcid)
    harvested()
    assert set(shown().values()) <= {"working", "off"}


def test_while_orcid_is_down_works_wait_and_arrive_once_afterwards(orcid, datacite):
    a_quiet_day(orcid)
    for doi in WORKS:
        registered(datacite, doi)
        waiting_claim(ALICE, doi, urgent=True)

    orcid.fail_next(None, path="/v3.0", status=503)
    for _ in range(3):
        run_lanes(seconds=1)
        now_due()

    assert shown()["writing"] == "down"
    assert {claim.state for claim in Claim.objects.all()} == {"waiting"}

    orcid.heal()
    now_due()
    run_lanes()

    assert shown()["writing"] == "working"
    assert len(works_of(orcid)) == len(WORKS)
    assert len(orcid.log(method="POST", path="/work")) >= len(WORKS)


def test_while_datacite_is_down_new_dois_wait_and_are_taken_in_afterwards(orcid, datacite):
    a_quiet_day(orcid)

    registered(datacite, WORKS[0])
    datacite.fail_next(None, path="/dois", method="GET", status=500)
    harvested()

    assert shown()["intake"] == "down"
    assert not Claim.objects.exists()

    datacite.heal()
    harvested()

    assert shown()["intake"] == "working"
    assert Claim.objects.get().doi == WORKS[0]


@dataclass(frozen=True)
class Provider:
    """How to sign in with a provider, and what makes it fail for everyone."""

    id: str
    name: str
    secret: str
    sign_in: Callable[[str], str]


def by_bob(address: str) -> str:
    return sign_in_at_globus(address, "bob@univ.example")


PROVIDERS = [
    Provider("globus", "Globus", "GLOBUS_CLIENT_SECRET", by_bob),
    Provider("orcid", "ORCID", "ORCID_CLIENT_SECRET", lambda at: sign_in_at_orcid(at, ALICE)),
]


@pytest.mark.parametrize("cause", ["no answer", "wrong client secret"])
@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_a_provider_that_fails_for_everyone_is_named_until_someone_signs_in_with_it(
    provider, cause, stands, settings, client
):
    stand_in = getattr(stands, provider.id)
    harvested()
    sound = settings.ENVIRONMENT
    if cause == "no answer":
        stand_in.fail_next(None, method="POST", path="token", status=503)
    else:
        settings.ENVIRONMENT = sound.model_copy(update={provider.secret: "wrong"})
    try:
        back(client, provider.sign_in(begin(client, provider.id)))

        assert shown()["sign-in"] == "slow"
        assert f"Signing in through {provider.name} does not work" in Client().get("/status").content.decode()
    finally:
        stand_in.heal()
        settings.ENVIRONMENT = sound

    later = Client()
    back(later, provider.sign_in(begin(later, provider.id)))

    assert who(later)
    assert shown()["sign-in"] == "working"


def test_while_the_disk_is_full_pages_say_so_and_works_are_sent_once_afterwards(orcid, datacite):
    a_quiet_day(orcid)
    registered(datacite, WORKS[0])
    waiting_claim(ALICE, WORKS[0])

    with full_disk():
        with pytest.raises(ExceptionGroup, match="unhandled errors"):
            # The process starts the worker again, until it can write.
            run_lanes(seconds=1)
        ready, status = Client().get("/readyz"), Client().get("/status.json").json()
        up = generate_latest(metrics.registry(gauges.DatabaseGauges())).decode()

    assert (ready.status_code, ready.json()["checks"]["database"]["ok"]) == (503, False)
    assert status["state"] == "down"
    assert "profiles_database_up 0.0" in up
    assert orcid.log(method="POST", path="/work") == []

    now_due()
    run_lanes()

    assert len(orcid.log(method="POST", path="/work")) == 1
    assert Claim.objects.get().state == "done"
    assert shown()["writing"] == "working"


def test_with_a_foreign_vault_key_works_wait_for_the_right_one(orcid, datacite, settings):
    a_quiet_day(orcid)
    registered(datacite, WORKS[0])
    waiting_claim(ALICE, WORKS[0])
    sound = settings.ENVIRONMENT
    foreign = "Zm9yZWlnbi1mb3JlaWduLWZvcmVpZ24tZm9yZWlnbi0="
    settings.ENVIRONMENT = sound.model_copy(update={"PROFILES_VAULT_KEYS": [foreign]})
    try:
        run_lanes(seconds=2)
    finally:
        settings.ENVIRONMENT = sound

    assert orcid.log(method="POST", path="/work") == []
    claim = Claim.objects.get()
    assert claim.problem == "vault-closed"
    assert replay(claim_ids=[claim.pk], actor="operator") == 1
    run_lanes()
    assert len(orcid.log(method="POST", path="/work")) == 1
    outcome = 'profiles_claims_total{origin="orcid_search",problem="vault-closed"'
    assert outcome in generate_latest(metrics.registry()).decode()

"""Every part of the service has accidents while claims arrive: at the end each record is as intended."""

import os
import random
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.claim import ClaimAction
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from tests.support import leaks, own_postgres
from tests.support.chaos import ACCIDENTS, LOGS, Storm
from tests.support.database_proxy import database_proxy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(1200)]
SEED = int(os.environ.get("PROFILES_CHAOS_SEED") or random.SystemRandom().randrange(1_000_000))
CLAIMS = int(os.environ.get("PROFILES_CHAOS_CLAIMS", "100"))
AWAY = float(os.environ.get("PROFILES_CHAOS_AWAY", "10"))
"""For how many seconds the database is away in the longest of its absences."""
HAS_OWN_DATABASE_SERVER = os.environ.get("PROFILES_CHAOS_OWN_SERVER") == "yes"
"""A server that other tests use, too, must not crash."""
WRITES = {"POST", "PUT", "DELETE"}
ANSWERS = {"200", "302", "503"}


@pytest.fixture
def say(capsys):
    def say(line):
        with capsys.disabled():
            sys.stdout.write(f"\nchaos: {line}")
            sys.stdout.flush()

    return say


@pytest.fixture
def storm(orcid, datacite, no_jobs, say):
    say(f"PROFILES_CHAOS_SEED={SEED}")
    own_postgres.keep_commits()
    with database_proxy() as proxy:
        storm = Storm(orcid, datacite, proxy, seed=SEED, claims=CLAIMS, away=AWAY)
        try:
            yield storm
        finally:
            storm.stop()


@pytest.mark.proof
def test_after_accidents_of_every_kind_each_record_is_exactly_as_intended(storm, say):
    began = time.monotonic()
    accidents = [one for one in ACCIDENTS if HAS_OWN_DATABASE_SERVER or "crashes" not in one]
    storm.random.shuffle(accidents)
    while_added, while_corrected = accidents[::2], accidents[1::2]

    calm, *rest = parts(storm.asked, 1 + len(while_added))
    storm.ask(calm)
    storm.settle(seconds=120)
    named = parts(list(storm.named), len(while_added))
    for number, (accident, asked, dois) in enumerate(zip(while_added, rest, named, strict=True)):
        storm.send_to_api(f"batch-{number}", asked[::2])
        storm.ask(asked[1::2])
        storm.register_named(dois)
        storm.cause(accident)
        storm.pass_time(3)
    storm.settle(seconds=120)
    for version, accident in enumerate(while_corrected, 2):
        for doi in storm.random.sample(list(storm.named), len(storm.named) // 4):
            storm.register(doi, version)
        take_some_off_and_bring_some_back(storm)
        storm.cause(accident)
        storm.pass_time(3)
    storm.calm_down(seconds=180)

    report(storm, accidents, time.monotonic() - began, say)
    assert storm.works_on_records() == storm.wanted_works()
    assert_claims_know_it(storm)
    assert_one_write_at_a_time(storm)
    assert_no_secret_is_left(storm)
    assert_undisturbed_claims_went_in_order(calm)
    assert storm.caller.refused == 0
    assert set(storm.final_pages.values()) <= {"200", "302"}, storm.final_pages
    assert storm.are_all_running
    assert set(storm.reader.answers) <= {*ANSWERS, "no connection", "broken off"}


def parts(everything: list, count: int) -> list[list]:
    """Split into so many parts of about the same length."""
    return [everything[start::count] for start in range(count)]


def take_some_off_and_bring_some_back(storm: Storm) -> None:
    on = [pair for pair in storm.asked if storm.intended[pair]]
    off = [pair for pair in storm.asked if not storm.intended[pair]]
    storm.ask(storm.random.sample(on, len(on) // 20), ClaimAction.DELETE)
    storm.ask(storm.random.sample(off, len(off) // 2))


def report(storm: Storm, accidents: list[str], seconds: float, say) -> None:
    states = Counter(Claim.objects.values_list("state", flat=True))
    wrong = storm.differences()
    say(f"{len(accidents)} accidents in {seconds:.0f} s, the database away for {AWAY:.0f} s once")
    say(f"{len(storm.intended)} claims: {in_words(states)}")
    say(f"{len(storm.ids)} records, {len(wrong)} works not as intended {wrong[:40] or ''}".rstrip())
    say(f"processes started again: {in_words(storm.supervisor.restarts)}")
    say(f"pages: {in_words(storm.reader.answers)}")
    say(f"calls of the API that were repeated: {in_words(storm.caller.repeats)}\n")


def in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "none"


def assert_claims_know_it(storm):
    on_record = {
        work["put_code"]
        for person in storm.orcid.state()["people"]
        if person["orcid"] in set(storm.ids)
        for work in person["works"]
    }
    claims = list(Claim.objects.all())
    states = {(claim.orcid_id, claim.doi): claim.state for claim in claims}
    assert {pair: state == "done" for pair, state in states.items()} == storm.intended
    assert set(states.values()) <= {"done", "deleted", "ignored"}
    assert {claim.put_code for claim in claims if claim.put_code is not None} == on_record


def assert_one_write_at_a_time(storm):
    """A request that met a fault may go on at ORCID after its caller gave up; the others never overlap."""
    spans = {}
    for call in storm.orcid.log(path="/v3.0/"):
        if call["method"] in WRITES and call["ms"] is not None and not call["fault"]:
            began = datetime.fromisoformat(call["time"])
            spans.setdefault(call["path"].split("/")[2], []).append(
                (began, timedelta(milliseconds=call["ms"]))
            )
    assert len(spans) > len(storm.ids) / 2
    slack = timedelta(milliseconds=2)
    for calls in spans.values():
        for (began, lasted), (following, _) in pairwise(sorted(calls)):
            assert following + slack >= began + lasted


def assert_no_secret_is_left(storm):
    """Traces are ids in headers, in rows and in logs; nothing of them is kept elsewhere."""
    tokens = [
        wiring.vault().unseal(
            bytes(consent.access_token), purpose=seal_purpose(consent.orcid_id, consent.purpose)
        )
        for consent in Consent.objects.exclude(access_token=None)
    ]
    clients = [wiring.orcid_client(purpose).client_secret for purpose in Purpose]
    logs, tables = leaks.logs(LOGS), leaks.tables()
    reports = {f"report {number}": body for number, body in enumerate(storm.reports.bodies)}
    assert len(tokens) >= len(storm.ids)
    assert (len(logs), len(storm.metrics)) == (3, 3)
    assert storm.ids[0] in tables["table claims_claim"]
    places = logs | tables | reports | storm.metrics
    assert leaks.places_with([*tokens, *clients, *storm.secrets], places) == []


def assert_undisturbed_claims_went_in_order(calm):
    """Put-codes come from one sequence: works of one record that were sent at once are in order.

    ``calm`` are those that were asked for before the first accident; the order of later ones, which came by
    several ways, and whose clients may be paused one by one, is not promised.
    """
    by_person = {}
    undisturbed = Claim.objects.filter(tries=1, request_version=1, urgent=False, put_code__isnull=False)
    clicked = set(
        Claim.objects.filter(history__event="request", history__actor="click").values_list("pk", flat=True)
    )
    for claim in undisturbed.order_by("id"):
        if claim.pk not in clicked and (claim.orcid_id, claim.doi) in set(calm):
            by_person.setdefault(claim.orcid_id, []).append(claim.put_code)
    assert by_person
    for put_codes in by_person.values():
        assert put_codes == sorted(put_codes)

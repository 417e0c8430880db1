"""Workers that die, an ORCID that fails, requests that change: and every record ends as intended."""

import os
import random
import sys
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction
from tests.support.chaos import Storm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(400)]
SEED = int(os.environ.get("PROFILES_CHAOS_SEED") or random.SystemRandom().randrange(1_000_000))
PEOPLE = int(os.environ.get("PROFILES_CHAOS_PEOPLE", "200"))
WORKS_EACH = 10
WRITES = {"POST", "PUT", "DELETE"}


@pytest.fixture
def storm(orcid, datacite, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\nchaos: again with PROFILES_CHAOS_SEED={SEED}\n")
    storm = Storm(orcid, datacite, SEED, PEOPLE, WORKS_EACH)
    yield storm
    storm.stop()


def test_after_kills_faults_and_restarts_each_record_is_exactly_as_intended(storm):
    everything = list(storm.pairs)
    storm.random.shuffle(everything)
    storm.ask(everything[:400])
    storm.settle(seconds=60)
    for start in range(400, len(everything), 400):
        storm.ask(everything[start : start + 400])
        storm.rage(seconds=2)
    for version in (2, 3):
        changed = storm.random.sample(storm.dois, len(storm.dois) // 4)
        for doi in changed:
            storm.change_title(doi, version)
        held = [pair for pair in storm.pairs if pair[1] in changed and storm.intended[pair]]
        off = storm.random.sample([p for p in storm.pairs if p not in set(held)], len(storm.pairs) // 10)
        storm.ask(held)
        storm.ask(off, ClaimAction.DELETE)
        storm.rage(seconds=3)
        back = storm.random.sample(off, len(off) // 2)
        storm.ask(back)
        storm.rage(seconds=2)

    storm.calm_down(seconds=120)

    assert storm.found() == storm.wanted()
    _the_claims_know_it(storm)
    _nobody_wrote_to_one_record_twice_at_a_time(storm)
    _what_went_undisturbed_went_in_order(everything[:400])
    assert storm.trouble.get("kill", 0) >= 2


def _the_claims_know_it(storm):
    on_record = {
        work["put_code"]
        for person in storm.orcid.state()["people"]
        if person["orcid"] in set(storm.ids)
        for work in person["works"]
    }
    claims = list(Claim.objects.all())
    states = {(c.orcid_id, c.doi): c.state for c in claims}
    assert {pair: state == "done" for pair, state in states.items()} == storm.intended
    assert set(states.values()) <= {"done", "deleted", "ignored"}
    assert {c.put_code for c in claims if c.put_code is not None} == on_record


def _nobody_wrote_to_one_record_twice_at_a_time(storm):
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


def _what_went_undisturbed_went_in_order(calm):
    """Put-codes come from one sequence: works of one record that were sent at once are in order.

    ``calm`` are those that were asked for before the storm: there must be some among them.
    """
    by_person = {}
    undisturbed = Claim.objects.filter(tries=1, request_version=1, urgent=False, put_code__isnull=False)
    clicked = set(
        Claim.objects.filter(history__event="request", history__actor="click").values_list("pk", flat=True)
    )
    for claim in undisturbed.order_by("id"):
        if claim.pk not in clicked:
            by_person.setdefault(claim.orcid_id, []).append(claim.put_code)
    assert {who for who, _ in calm} & set(by_person)
    for put_codes in by_person.values():
        assert put_codes == sorted(put_codes)

"""Batches that are sent at the same time to the service in processes of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from profiles.claims.models import BatchItem, Claim, ClaimBatch, ClaimHistory
from tests.support.api_callers import ALICE, BOB, service_key
from tests.support.ruby_client import RubyClient

pytestmark = pytest.mark.usefixtures("db")
AT_ONCE = 8


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


def works(*, backwards=False) -> list[dict]:
    made = [
        {"orcid": (ALICE, BOB)[number % 2], "doi": f"10.5072/{number}", "source_id": "orcid_update"}
        for number in range(60)
    ]
    return made[::-1] if backwards else made


def at_once(place, token, sent):
    """Send these bodies with these keys at the same time."""

    def send(one):
        key, claims = one
        return RubyClient(place, token=token).post("/claims/batches", {"claims": claims}, Idempotency_Key=key)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(send, sent))


def test_the_same_key_sent_by_many_at_once_makes_one_batch(place):
    answers = at_once(place, service_key(), [("one-key", works())] * AT_ONCE)

    assert [answer.status for answer in answers] == [202] * AT_ONCE
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert ClaimBatch.objects.count() == 1
    assert BatchItem.objects.count() == Claim.objects.count() == 60
    assert ClaimHistory.objects.count() == 60, "each was asked for once"


def test_the_same_key_sent_at_once_with_different_claims_counts_for_one_of_them(place):
    sent = [("one-key", works()[number : number + 2]) for number in range(AT_ONCE)]

    answers = at_once(place, service_key(), sent)

    assert sorted(answer.status for answer in answers) == [202] + [409] * (AT_ONCE - 1)
    assert Claim.objects.count() == 2


def test_the_same_works_sent_at_once_under_different_keys_are_one_claim_each(place):
    sent = [(f"key-{number}", works(backwards=number % 2 == 1)) for number in range(AT_ONCE)]

    answers = at_once(place, service_key(), sent)

    assert [answer.status for answer in answers] == [202] * AT_ONCE
    assert ClaimBatch.objects.count() == AT_ONCE
    assert Claim.objects.count() == 60

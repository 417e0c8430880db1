"""Claims and batches that are sent at the same time to the service in a process of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import BatchItem, Claim, ClaimBatch, ClaimHistory
from profiles_client import Batch, ClaimRequest, Profiles, ProfilesError
from tests.support.api_callers import ALICE, BOB, DOI, personal_key, service_key

pytestmark = pytest.mark.usefixtures("db")
AT_ONCE = 8
WORKS = [
    ClaimRequest(orcid=(ALICE, BOB)[number % 2], doi=f"10.5072/{number}", source="orcid_update")
    for number in range(60)
]


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


@pytest.fixture
def at_once(place):
    """Make these calls at the same time, as one machine or with ``token``; a refusal is what it returns."""

    def calling(calls, token=None):
        with Profiles(f"http://{place[0]}:{place[1]}", token=token or service_key()) as profiles:

            def call(one):
                try:
                    return one(profiles)
                except ProfilesError as refusal:
                    return refusal

            with ThreadPoolExecutor(AT_ONCE) as threads:
                return list(threads.map(call, calls))

    return calling


def batch(key, wishes):
    return lambda profiles: profiles.batches.create(wishes, key=key)


def test_the_same_claim_made_by_many_at_once_is_one_claim(at_once):
    token = personal_key(Account.objects.create(orcid_id=ALICE))

    made = at_once([lambda profiles: profiles.claims.create(orcid=ALICE, doi=DOI)] * AT_ONCE, token)

    assert {claim.id for claim in made} == {str(Claim.objects.get().uuid)}


def test_the_same_key_sent_by_many_at_once_makes_one_batch(at_once):
    made = at_once([batch("one-key", WORKS)] * AT_ONCE)

    assert {one.id for one in made} == {str(ClaimBatch.objects.get().uuid)}
    assert {len(one.results) for one in made} == {60}
    assert BatchItem.objects.count() == Claim.objects.count() == 60
    assert ClaimHistory.objects.count() == 60, "each was asked for once"


def test_the_same_key_sent_at_once_with_different_claims_counts_for_one_of_them(at_once):
    made = at_once([batch("one-key", WORKS[number : number + 2]) for number in range(AT_ONCE)])

    (batch_made,) = [one for one in made if isinstance(one, Batch)]
    refusals = [one for one in made if isinstance(one, ProfilesError)]
    assert [(one.status, one.code) for one in refusals] == [(409, "key-used")] * (AT_ONCE - 1)
    assert all(batch_made.id in one.detail for one in refusals)
    assert Claim.objects.count() == 2


def test_the_same_works_sent_at_once_under_different_keys_are_one_claim_each(at_once):
    made = at_once([batch(f"key-{n}", WORKS if n % 2 else WORKS[::-1]) for n in range(AT_ONCE)])

    assert len({one.id for one in made}) == ClaimBatch.objects.count() == AT_ONCE
    assert Claim.objects.count() == 60

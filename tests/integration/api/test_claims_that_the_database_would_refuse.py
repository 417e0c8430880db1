"""Claims whose values a rule of the database would refuse: each is answered, and none is our mistake."""

import random

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from tests.support.api_callers import ALICE, Consumer, claim_body, service_key

pytestmark = pytest.mark.django_db
UUID = "d140d44e-af70-43ec-a90b-49878a954487"


@pytest.fixture
def alice():
    return Consumer(Account.objects.create(orcid_id=ALICE))


def test_an_id_that_another_claim_has_is_not_given_twice(alice):
    first, second = (
        alice.call("post", "/claims", claim_body(f"10.5072/{name}", uuid=UUID)) for name in ("one", "two")
    )

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["data"]["id"] == UUID != second.json()["data"]["id"]
    assert Claim.objects.count() == 2


def test_a_capital_that_has_no_small_form_is_a_letter_like_others(alice):
    doi = "10.5072/𝐀-ϓ-𝕏"
    machine = Consumer(token=service_key())

    claimed = alice.call("post", "/claims", claim_body(doi))
    announced = machine.call("post", "/doi-events", {"events": [{"id": "1", "doi": doi}]})

    assert (claimed.status_code, announced.status_code) == (202, 202)
    assert Claim.objects.get().doi == doi


def test_a_long_doi_of_letters_that_take_many_bytes_is_refused(alice):
    letters = [chr(code) for code in range(0x4E00, 0x9FA5)]
    doi = "10.5072/" + "".join(random.Random(7).choices(letters, k=1900))

    answer = alice.call("post", "/claims", claim_body(doi))

    assert (answer.status_code, answer.json()) == (
        422,
        {"errors": [{"source": "doi", "title": "Is not a DOI"}]},
    )


def test_the_longest_doi_that_is_taken_is_kept_whole(alice):
    signs = [chr(code) for code in range(0x21, 0x7F) if chr(code).islower() or chr(code).isdigit()]
    doi = "10.5072/" + "".join(random.Random(7).choices(signs, k=1992))

    answer = alice.call("post", "/claims", claim_body(doi))

    assert answer.status_code == 202
    assert Claim.objects.get().doi == doi

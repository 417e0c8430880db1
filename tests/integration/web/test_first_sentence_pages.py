"""Why, work page, JSON and staff's page begin with the same fact, each in its reader's voice."""

import pytest
from django.test import Client
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref
from tests.support.intake import enrol
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.records import BEN
from tests.support.signing_in import with_second_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
DOI = "10.5072/ice"


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid)
    Account.objects.update(name="Alice Alvarado")
    registered(datacite, DOI)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


@pytest.fixture
def staff(client, orcid, datacite):
    browser = Client()
    browser.force_login(enrol(BEN, role="staff_admin", permission=False))
    with_second_factor(browser)
    return browser


def answer(browser, doi=DOI) -> str:
    query = {"doi": doi, "orcid": ALICE}
    said = browser.get(reverse("why"), {**query, "format": "json"}).json()["answer"]
    assert f'<h2 id="result">{said}</h2>' in browser.get(reverse("why"), query).content.decode()
    return said


@pytest.mark.parametrize("state", ["done", "failed"])
def test_the_owner_staff_and_anyone_read_the_same_fact(alice, staff, state):
    claim = waiting_claim(ALICE, DOI)
    if state == "done":
        run_lanes()
    else:
        services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-lost")
    claim = Claim.objects.get()

    own, of_staff, of_anyone = answer(alice), answer(staff), answer(Client())
    page = alice.get(reverse("work", args=[claim.uuid])).content.decode()
    story = staff.get(reverse("staff_story"), {"of": ALICE}).content.decode()

    begin = {"done": "On {} since", "failed": "Not on {}: ORCID no longer accepts"}[state]
    assert own.startswith(begin.format("your ORCID record"))
    assert of_staff.startswith(begin.format("the ORCID record of Alice Alvarado"))
    assert f"<strong>{own}</strong>" in page
    assert of_staff in story
    assert of_anyone == "The metadata name this ORCID iD: Auto-Update adds this work where its owner uses it."


def test_what_another_source_put_there_is_said_to_the_owner_alone(alice, staff, orcid):
    added_by_crossref(orcid, DOI)

    assert answer(alice) == "On your ORCID record, from Crossref and not from DataCite."
    assert answer(staff).startswith("DataCite has not added it to the ORCID record of Alice Alvarado")
    assert "Crossref" not in answer(Client())


def test_a_work_that_the_owner_removed_says_so(alice):
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.pk, event=ClaimEvent.VANISH, problem="removed-by-owner")

    assert answer(alice).startswith("Not on your ORCID record: ")

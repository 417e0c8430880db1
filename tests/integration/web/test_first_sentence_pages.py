"""Why, work page, JSON and staff's page begin with the same fact, each in its reader's voice."""

import html
import json
import re
import urllib.request

import pytest
from django.test import Client
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.consents.services import write_receipt
from profiles.domain.claim import ClaimEvent
from profiles.domain.consent import ReceiptKind
from tests.support.api_callers import Consumer
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref
from tests.support.intake import enrol, take_in
from tests.support.page_texts import markup
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
    assert f'<h2 id="result">{said}</h2>' in markup(browser.get(reverse("why"), query))
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
    page = markup(alice.get(reverse("work", args=[claim.uuid])))
    story = markup(staff.get(reverse("staff_doi", args=[DOI]), {"person": ALICE}))

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


def receive(datacite):
    """Let DataCite's stand-in say what it knows of the DOI, as the poll does."""
    with urllib.request.urlopen(f"{datacite.url}/dois/{DOI}", timeout=10) as answered:
        take_in(json.load(answered)["data"])


def sentences_of(page: str) -> list[str]:
    """Return the sentences of the timeline, latest first, without moments and codes."""
    timeline = page.partition('<ol class="story timeline plain what-happened">')[2].partition("</ol>")[0]
    found = []
    for line in timeline.split("<li")[1:]:
        sentence = re.sub(r"<time.*?</time>|<span.*?</span>|<[^>]+>", "", line.partition(">")[2])
        found.append(html.unescape(" ".join(sentence.split())))
    return found


def test_work_page_why_page_and_staff_show_one_timeline_each_in_its_voice(alice, staff, datacite):
    consent = Consent.objects.get(purpose="auto_update")
    write_receipt(consent, ReceiptKind.GRANTED, consent.granted_at)
    enrol(ALICE, permission=False, name="Alice Alvarado")
    receive(datacite)
    run_lanes()
    claim = Claim.objects.get()
    query = {"doi": DOI, "orcid": ALICE}

    work = alice.get(reverse("work", args=[claim.uuid])).content.decode()
    why = alice.get(reverse("why"), query).content.decode()
    story = staff.get(reverse("staff_doi", args=[DOI]), {"person": ALICE}).content.decode()
    staff_why = staff.get(reverse("why"), query).content.decode()
    as_json = alice.get(reverse("why"), {**query, "format": "json"}).json()["timeline"]

    own = sentences_of(work)
    assert own == [
        "On the ORCID record.",
        "We asked ORCID to add the work, and it did.",
        "Auto-Update asked for it. The DOI is new.",
        "By the rules, Auto-Update adds this work. The DOI is new.",
        "You gave permission for Auto-Update.",
    ]
    assert sentences_of(why) == own == [entry["sentence"] for entry in reversed(as_json)]
    of_staff = sentences_of(story)
    assert of_staff == sentences_of(staff_why)
    assert of_staff[-1] == "Its owner gave permission for Auto-Update."
    assert of_staff[:-1] == own[:-1]
    assert sentences_of(Client().get(reverse("why"), query).content.decode()) == []


def test_the_fact_comes_first_then_the_deciding_rule_then_all_rules_then_the_timeline(alice):
    waiting_claim(ALICE, DOI)

    page = alice.get(reverse("why"), {"doi": DOI, "orcid": ALICE}).content.decode()

    places = [page.index(f'id="{name}"') for name in ("result", "decided", "rules", "happened")]
    assert places == sorted(places)


def test_the_detail_of_the_api_begins_with_the_same_sentence(alice, staff):
    waiting_claim(ALICE, DOI)
    run_lanes()
    uuid = Claim.objects.get().uuid

    def detail(orcid_id):
        caller = Consumer(Account.objects.get(orcid_id=orcid_id))
        return caller.call("get", f"/claims/{uuid}").json()["data"]["attributes"]

    own = detail(ALICE)
    claims = Consumer(Account.objects.get(orcid_id=ALICE)).call("get", "/claims").json()
    listed = claims["data"][0]["attributes"]

    assert own["answer"] == answer(alice)
    assert detail(BEN)["answer"] == own["answer"].replace("your", "this").replace("you", "its owner")
    assert {name: value for name, value in own.items() if name != "answer"} == listed


def test_what_another_permission_shows_counts_after_one_is_lost(alice, staff, orcid):
    added_by_crossref(orcid, DOI)
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="consent-lost")
    Consent.objects.filter(purpose="auto_update").update(health="lost", access_token=None)

    said = answer(alice)

    assert said == (
        "On your ORCID record, from Crossref. DataCite has not added it: ORCID no longer accepts your "
        "permission."
    )
    assert f"<strong>{said}</strong>" in alice.get(reverse("work", args=[claim.uuid])).content.decode()
    assert answer(staff) == (
        "DataCite has not added it to the ORCID record of Alice Alvarado: ORCID no longer accepts the "
        "permission."
    )

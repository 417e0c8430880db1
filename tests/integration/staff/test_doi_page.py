"""The page of one DOI: an honest first sentence, whom it names, and what became of it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.accounts.models import Account, StaffAudit
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from profiles.infra import clock
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.pushing import registered
from tests.support.records import ANNA, creator, name_identifier, record
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
DOI, CHARLIE = "10.5072/lemurs", "0009-0001-0000-0014"
FIRST = '<p class="lead fact-first" id="first">'


def page_of(doi: str = DOI, **query: str) -> str:
    answer = dana("staff_user").get(f"/staff/dois/{doi}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def named(value: str | None) -> dict[str, Any]:
    identifiers = [name_identifier(value)] if value else []
    return creator(nameIdentifiers=identifiers, name="Charlie")


def test_whom_it_names_what_was_decided_and_what_was_claimed_are_on_one_page():
    enrol(name="Anna Adams")
    take_in(record(DOI))

    page = page_of()

    assert f"{FIRST}The metadata name 1 ORCID iD.</p>" in page
    assert f'href="?person={ANNA}"' in page
    assert "on its way" in page
    assert "Went through the rules" in page


def test_a_doi_that_names_no_one_says_so():
    enrol(name="Anna Adams")
    take_in(record(DOI))
    take_in(record(DOI, creators=[creator(None)]))

    assert "name no ORCID iD, so Auto-Update adds the DOI to no record" in page_of()


@pytest.mark.parametrize(
    ("value", "first"),
    [
        (CHARLIE, "The metadata name 1 ORCID iD."),
        ("", "The metadata name no ORCID iD, so Auto-Update adds the DOI to no record."),
        ("0000-0002-1825-0098", "The metadata name no ORCID iD that can be read: “https://orcid.org/0000-"),
        (None, "DataCite knows no findable DOI with this name."),
    ],
    ids=["named", "no one", "unreadable", "unknown"],
)
def test_a_doi_never_seen_here_is_looked_up_at_datacite(datacite, value, first):
    registered(datacite, "10.5072/another")
    if value is not None:
        registered(datacite, DOI, creators=[named(value)])

    page = page_of()

    assert f"{FIRST}{first}" in page, page.partition(FIRST)[2][:200]


def test_a_doi_of_another_agency_says_so(datacite):
    assert f"{FIRST}Not registered with DataCite" in page_of("10.1234/elsewhere")


def test_a_named_person_without_an_account_gets_that_answer(datacite):
    registered(datacite, DOI, creators=[named(CHARLIE)])

    assert "This ORCID iD has no account: its owner has never signed in here" in page_of()
    assert f"{FIRST}This ORCID iD has no account" in page_of(person=CHARLIE)


def test_an_outage_of_datacite_is_said_and_what_is_known_here_is_shown(datacite):
    claim = waiting_claim(ANNA, DOI)
    datacite.fail_next(None, path="/dois", status=503)

    page = page_of()

    assert f"{FIRST}We cannot say now: DataCite" in page
    assert f"claim_id {claim.pk}" in page


def test_one_work_shows_every_step_the_codes_and_an_answer_in_the_persons_language():
    Account.objects.create(orcid_id=ANNA, name="Anna Adams", language="en", first_signed_in_at=clock.now())
    claim = waiting_claim(ANNA, DOI)
    services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="record-full")

    page = page_of(person=ANNA)

    assert f"{FIRST}Not on the ORCID record of Anna Adams: the ORCID record is full" in page
    assert "Dear Anna Adams," in page
    assert "Not on your ORCID record: your ORCID record is full." in page
    assert f"/works/{claim.uuid}" in page
    look = StaffAudit.objects.latest("id")
    assert (look.account_id, look.about) == (Account.objects.get(orcid_id=ANNA).pk, DOI)


def test_another_form_of_a_doi_leads_to_its_page_and_nonsense_to_none():
    staff = dana()

    assert staff.get("/staff/dois/10.5072/LEMURS")["Location"] == f"/staff/dois/{DOI}"
    assert staff.get("/staff/dois/lemurs").status_code == 404


def test_a_doi_on_hundreds_of_records_takes_at_most_ten_queries():
    enrol(name="Anna Adams")
    take_in(record(DOI))
    now = clock.now()
    Claim.objects.bulk_create(
        Claim(
            orcid_id=f"0000-0003-{n:04d}-0000", doi=DOI, origin="orcid_update", state="done",
            requested_at=now, updated_at=now, claimed_at=now, put_code=n + 1, owner_client="APP-1",
        )
        for n in range(300)
    )  # fmt: skip
    staff = dana("staff_user")
    staff.get("/staff")

    with CaptureQueriesContext(connection) as queries:
        answer = staff.get(f"/staff/dois/{DOI}")

    assert answer.status_code == 200
    assert "Went through the rules" in answer.content.decode()
    assert len(queries) <= 10, [query["sql"] for query in queries]

"""Search by anything: one field finds a person, a DOI, a problem, by whatever is known of it."""

from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.pushing import registered
from tests.support.records import ANNA, creator, record
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
ALICE, DOI = "0000-0002-1825-0097", "10.5072/lemurs"
PERSON, WORK = f"/staff/people/{ALICE}", f"/staff/dois/{DOI}?person={ALICE}"


@pytest.fixture
def claim() -> Claim:
    Account.objects.create(orcid_id=ALICE, name="Zoë Alvarado-Müller", email="zoe@univ.example")
    waiting_claim(ALICE, DOI)
    Claim.objects.update(put_code=733_123_456, owner_client="APP-1")
    DoiEvent.objects.create(event_id="evt-77", doi=DOI, source="queue")
    Decision.objects.create(
        orcid_id=ALICE, doi=DOI, trigger="run-5", source="poll", at=clock.now(), rule_version=1,
        result="claim", rule="x", reason="claim", change="new",
    )  # fmt: skip
    return Claim.objects.get()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ALICE, PERSON),
        (f"https://orcid.org/{ALICE}", PERSON),
        ("alvarado zoë", PERSON),
        ("Alvara", PERSON),
        ("ZOE@univ.example", PERSON),
        (DOI, f"/staff/dois/{DOI}"),
        (f"https://doi.org/{DOI.upper()}", f"/staff/dois/{DOI}"),
        ("733123456", WORK),
        ("content-refused", "/staff/problems/content-refused"),
        ("related-work", "/staff/skips/related-work"),
        ("evt-77", f"/staff/dois/{DOI}"),
        ("run-5", WORK),
    ],
)
def test_whatever_is_known_leads_to_the_page(claim, text, place):
    answer = dana().get("/staff/search", {"q": text})

    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == place


def test_the_public_id_of_a_claim_leads_to_its_story(claim):
    assert dana().get("/staff/search", {"q": str(claim.uuid)})["Location"] == WORK


def test_a_title_leads_to_its_doi():
    enrol(name="Anna Adams")
    take_in(record(DOI))
    DoiSnapshot.objects.update(title="Vocalisations of Ranomafana lemurs")

    assert dana().get("/staff/search", {"q": "lemurs ranom"})["Location"] == f"/staff/dois/{DOI}"


def test_a_day_beside_a_name_is_kept(claim):
    day = (clock.now() - timedelta(days=6)).date().isoformat()

    answer = dana().get("/staff/search", {"q": f"Alvarado {day}"})

    assert answer["Location"] == f"{PERSON}?until={day}"


def test_people_of_one_name_are_listed_with_what_tells_them_apart(claim):
    Account.objects.create(orcid_id=ANNA, name="Zoë Alvarado", organisation="Université Deux")

    page = dana().get("/staff/search", {"q": "Alvarado"}).content.decode()

    assert "Université Deux" in page
    assert f'href="{PERSON}"' in page


def test_a_person_without_an_account_is_found_by_the_name_in_the_metadata(datacite):
    charlie = "0009-0001-0000-0014"
    registered(datacite, DOI, creators=[{**creator(charlie), "name": "Quillfeather, Charlie"}])

    page = dana().get("/staff/search", {"q": "Charlie Quillfeather"}).content.decode()

    assert f'href="/staff/people/{charlie}"' in page
    assert "no account here; named by DataCite&#x27;s metadata" in page


def test_what_no_one_is_called_and_an_outage_are_told_apart(datacite):
    nothing = dana().get("/staff/search", {"q": "Xyzzy Plugh"}).content.decode()
    datacite.fail_next(None, path="/dois", status=503)
    outage = dana().get("/staff/search", {"q": "Xyzzy Plugh"}).content.decode()

    assert "DataCite's metadata name no one with an ORCID iD like this" in nothing
    assert "DataCite could not be asked" in outage
    assert "None" not in nothing


@pytest.mark.parametrize("text", ["", "9" * 19, "9" * 25, "%", "a:* & !b", "2026-13-99", "\\"])
def test_nonsense_finds_nothing_and_breaks_nothing(text, datacite):
    assert dana().get("/staff/search", {"q": text}).status_code == 200

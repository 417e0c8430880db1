"""People say whether a work names them; what they say is kept, shown to them, and changeable."""

import pytest
from django.conf import settings

from profiles.accounts import mergers
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.confirmations import selectors, services
from profiles.confirmations.models import Confirmation
from tests.support.api_callers import ALICE, BOB, CHARLIE
from tests.support.records import creator, name_identifier, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]
DOI = "10.5072/is-this-you"
UNAUTHENTICATED = f"https://orcid.org/{ALICE} (unauthenticated)"


@pytest.fixture
def alice(client, datacite):
    """Alice, signed in; a work names her, Bob, and an A. Alvarado without an iD."""
    people = [
        creator(ALICE, name="Alvarado, Alice", nameIdentifiers=[name_identifier(UNAUTHENTICATED)]),
        creator(BOB, name="Baptiste, Bob"),
        creator(None, name="Alvarado, A."),
    ]
    datacite.order("dois", [record(DOI, creators=people)])
    account = Account.objects.create(orcid_id=ALICE, name="Alice Alvarado")
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return account


def say(client, answer, **more):
    return client.post("/confirm", {"doi": DOI, "answer": answer, **more})


def page(client, path=f"/confirm?doi={DOI}"):
    return client.get(path).content.decode()


def confirmed(client):
    return client.get("/confirmations", {"doi": DOI}).json()["data"]["attributes"]["confirmed"]


def test_who_is_not_signed_in_is_asked_to_sign_in_and_comes_back_to_the_work(client):
    answer = client.get("/confirm", {"doi": DOI})

    assert answer.status_code == 302
    assert answer["Location"] == "/sign_in?return_to=/confirm%3Fdoi%3D10.5072%252Fis-this-you"


def test_the_page_shows_the_work_as_written_and_what_unauthenticated_means(client, alice):
    text = page(client)

    assert "Water levels of the river Spree" in text
    assert UNAUTHENTICATED in text
    assert "typed in by someone" in text
    assert text.index("Alvarado, A.") < text.index("Baptiste, Bob"), "who resembles the person comes first"


def test_this_is_me_is_seen_by_others_only_once_its_owner_switched_that_on(client, alice):
    assert say(client, "mine").status_code == 302
    assert confirmed(client) == []
    assert "Others do not see it" in page(client)

    client.post("/settings/confirmations", {"on": ""})

    assert confirmed(client) == [f"https://orcid.org/{ALICE}"]
    assert "Others see that you confirmed it." in page(client)
    assert "You said that this is you." in page(client, "/settings/confirmations")


def test_switched_off_is_the_beginning(alice):
    assert not selectors.is_on(ALICE)


def test_not_me_keeps_the_work_off_the_record(client, alice):
    say(client, "not-mine")

    assert claims.is_blocked(ALICE, DOI)
    assert confirmed(client) == []


def test_another_name_on_the_work_is_kept_with_what_is_written_there(client, alice):
    say(client, "other-id", field="creators[1].nameIdentifiers[0]")

    row = selectors.answer_of(ALICE, DOI)
    assert (row.answer, row.name, row.written) == ("other-id", "Baptiste, Bob", f"https://orcid.org/{BOB}")
    assert "Baptiste, Bob" in page(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "other-id"},
        {"answer": "other-id", "field": "creators[9]"},
        {"answer": "everything"},
        {"answer": ""},
    ],
)
def test_an_answer_about_nothing_in_the_metadata_is_refused(client, alice, wrong):
    assert client.post("/confirm", {"doi": DOI, **wrong}).status_code == 400
    assert not Confirmation.objects.exists()


def test_a_person_whom_the_work_does_not_name_cannot_confirm_it(client, alice):
    charlie = Account.objects.create(orcid_id=CHARLIE, name="Charlie")
    client.force_login(charlie, backend=settings.AUTHENTICATION_BACKENDS[0])

    assert "do not name your ORCID iD" in page(client)
    assert say(client, "mine").status_code == 400


def test_an_answer_can_be_changed_and_taken_back_and_each_is_kept(client, alice):
    client.post("/settings/confirmations", {"on": ""})
    say(client, "mine")
    say(client, "mine")
    say(client, "not-mine")
    say(client, "withdrawn")

    assert selectors.answer_of(ALICE, DOI) is None
    assert list(Confirmation.objects.order_by("pk").values_list("answer", "is_current")) == [
        ("mine", False),
        ("not-mine", False),
        ("withdrawn", True),
    ]
    assert "Nothing yet." in page(client, "/settings/confirmations")


@pytest.mark.parametrize(
    ("doi", "status"),
    [("", 200), ("nonsense", 400), ("10.5072/nowhere", 404)],
    ids=["none", "no DOI", "unknown"],
)
def test_what_is_no_work_is_answered_in_words(client, alice, doi, status):
    assert client.get("/confirm", {"doi": doi}).status_code == status


def test_while_datacite_is_away_nothing_is_asked(client, alice, datacite):
    datacite.fail_next(None, path="/dois", status=503)

    assert client.get("/confirm", {"doi": DOI}).status_code == 503


def test_the_page_why_says_what_was_confirmed_and_what_is_unauthenticated(client, alice):
    say(client, "mine")
    services.switch(orcid_id=ALICE, on=True)
    client.logout()

    text = page(client, f"/why?doi={DOI}&orcid={ALICE}")
    other = page(client, f"/why?doi={DOI}&orcid={BOB}")

    assert "The owner of this iD confirmed that this work names them." in text
    assert "typed in by someone" in text
    assert "The owner of this iD confirmed" not in other
    assert "typed in by someone" not in other
    json = client.get("/why", {"doi": DOI, "orcid": BOB, "format": "json"}).json()
    assert json["confirmed_by_their_owners"] == [ALICE]
    assert json["written_as_unauthenticated"] is False


def test_a_merged_id_takes_the_switch_along_and_no_confirmation(client, alice):
    say(client, "mine")
    services.switch(orcid_id=ALICE, on=True)

    mergers.follow(old_orcid_id=ALICE, kept=CHARLIE)

    assert confirmed(client) == [], "the metadata still name the old iD"
    assert selectors.is_on(CHARLIE)
    assert Confirmation.objects.get().orcid_id == CHARLIE

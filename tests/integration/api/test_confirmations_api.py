"""The open answer to: which iDs of this work did their owners confirm?"""

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.confirmations import services
from profiles.confirmations.services import NamedAs
from profiles.domain.confirmation import Answer
from tests.support.api_callers import ALICE, BOB, CHARLIE, DANA, Consumer, service_key
from tests.support.intake import enrol, take_in
from tests.support.records import creator, record

pytestmark = pytest.mark.django_db
DOI = "10.5072/confirmed"
PEOPLE = (ALICE, BOB, CHARLIE, DANA, "0009-0001-0000-0057")


def confirm(orcid_id=ALICE, doi=DOI, *, answer=Answer.MINE, on=True, **account):
    Account.objects.update_or_create(orcid_id=orcid_id, defaults=account)
    services.answer(orcid_id=orcid_id, doi=doi, given=answer, named_as=NamedAs(repository="demo.repo"))
    services.switch(orcid_id=orcid_id, on=on)


def ask(doi=DOI, **headers):
    return Client().get("/confirmations", {"doi": doi}, headers=headers)


def listed(doi=DOI):
    return ask(doi).json()["data"]["attributes"]["confirmed"]


def test_everyone_gets_the_same_answer_without_signing_in_and_may_keep_it_half_a_minute():
    confirm()

    answer = ask()

    assert answer.json() == {
        "data": {
            "id": DOI,
            "type": "confirmations",
            "attributes": {
                "doi": f"https://doi.org/{DOI}",
                "confirmed": [f"https://orcid.org/{ALICE}"],
            },
        }
    }
    assert answer["Cache-Control"] == "public, max-age=30"
    assert answer["Access-Control-Allow-Origin"] == "*"
    about_the_caller = {"RateLimit", "RateLimit-Policy", "X-Anonymous-Consumer", "Set-Cookie", "Vary"}
    assert about_the_caller.isdisjoint(answer.headers)
    same = Consumer(token=service_key()).call("get", f"/confirmations?doi={DOI}")
    assert same.content == answer.content
    assert "X-Credential-Username" not in same.headers


def test_an_answer_that_has_not_changed_is_304_and_may_be_kept_again():
    confirm()
    etag = ask()["ETag"]

    unchanged = ask(**{"If-None-Match": etag})
    assert (unchanged.status_code, unchanged["Cache-Control"]) == (304, "public, max-age=30")

    services.switch(orcid_id=ALICE, on=False)
    assert ask(**{"If-None-Match": etag}).json()["data"]["attributes"]["confirmed"] == []


@pytest.mark.parametrize(
    "person",
    [
        {"on": False},
        {"answer": Answer.NOT_MINE},
        {"answer": Answer.OTHER_ID},
        {"answer": Answer.WITHDRAWN},
        {"is_public": False},
        {"is_active": False},
    ],
    ids=["not switched on", "not mine", "another iD", "taken back", "hidden", "closed"],
)
def test_what_is_not_shown_looks_like_a_work_that_no_one_was_asked_about(person):
    confirm(**person)

    assert ask().content == ask("10.5072/other").content.replace(b"10.5072/other", DOI.encode())


def test_an_id_that_the_metadata_no_longer_name_is_left_out():
    enrol(ALICE)
    confirm()
    take_in(record(DOI, creators=[creator(ALICE)]))
    assert listed() == [f"https://orcid.org/{ALICE}"]

    take_in(record(DOI, creators=[creator(BOB)], updated="2026-07-02T00:00:00Z"))

    assert listed() == []


@pytest.mark.parametrize("doi", ["", "nonsense", "10.5072/a\0b"])
def test_what_is_no_doi_is_refused_and_not_kept(doi):
    answer = ask(doi)

    assert answer.status_code == 400
    assert "max-age=0" in answer["Cache-Control"]


def test_a_repository_is_told_counts_of_five_people_and_more(client):
    person = Account.objects.create(
        orcid_id="0009-0001-0000-0065", role="client_admin", client_id="demo.repo"
    )
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    manager = Consumer(token=service_key(repository="demo.repo"))

    def count():
        return manager.call("get", "/repositories/demo.repo").json()["data"]["attributes"]["confirmed"]

    for orcid_id in PEOPLE[:4]:
        confirm(orcid_id)
    assert count() is None

    confirm(PEOPLE[4])
    assert count() == 5
    page = client.get("/my-repository/demo.repo").content.decode()
    assert "Their owners confirmed 5 ORCID iDs on your works." in page
    Account.objects.filter(orcid_id=ALICE).update(is_public=False)
    assert count() is None

"""Differences from the service before, as docs/dev/compatibility.md lists them, that no other test shows."""

import json

import pytest
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from profiles.infra import clock
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, CHARLIE, Consumer, claim_body, service_key
from tests.support.claims import waiting_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return Consumer(token=service_key())


def test_a_claim_gives_its_doi_in_lower_case_everywhere(agent):
    made = agent.call("post", "/claims", claim_body("10.5072/ABC", ALICE)).json()["data"]

    assert made["attributes"]["doi"] == "https://doi.org/10.5072/abc"


def test_case_does_not_count_and_accents_do(agent):
    for doi in ("10.5072/résumé", "10.5072/RÉSUMÉ", "10.5072/resume"):
        agent.call("post", "/claims", claim_body(doi, ALICE))

    assert sorted(Claim.objects.values_list("doi", flat=True)) == ["10.5072/resume", "10.5072/résumé"]


def test_an_error_carries_a_title_that_is_a_text_and_a_code(agent):
    claim = waiting_claim(ALICE, "10.5072/a")
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-expired")

    (error,) = agent.call("get", f"/claims/{claim.uuid}").json()["data"]["attributes"]["errorMessages"]

    assert error == {"title": "token has expired.", "code": "consent-expired"}


def test_lists_take_several_origins_and_actions_and_pass_over_an_id(agent):
    waiting_claim(ALICE, "10.5072/a")

    path = "/claims?source-id=orcid_search,orcid_update&claim-action=create,delete&id=5"

    assert agent.call("get", path).json()["meta"]["total"] == 1


def test_relevance_is_the_usual_order(agent):
    for number in range(3):
        waiting_claim(ALICE, f"10.5072/{number}")

    usual, by_relevance = (
        [one["id"] for one in agent.call("get", path).json()["data"]]
        for path in ("/claims", "/claims?sort=relevance")
    )

    assert usual == by_relevance


def test_a_person_is_active_when_they_have_signed_in_and_not_closed_their_account():
    person = Account.objects.create(orcid_id=ALICE)
    shown = [Consumer().call("get", f"/users/{ALICE}").json()]
    Account.objects.filter(pk=person.pk).update(first_signed_in_at=clock.now())
    shown.append(Consumer().call("get", f"/users/{ALICE}").json())

    assert [one["data"]["attributes"]["isActive"] for one in shown] == [False, True]
    assert {one["data"]["attributes"]["github"] for one in shown} == {None}
    assert shown[0]["data"]["relationships"] == {}
    assert set(map(str, shown[0]["meta"].values())) == {"[]"}


def test_an_agent_names_a_person_until_they_have_signed_in(agent):
    def named(name):
        body = {
            "data": {"type": "users", "attributes": {"name": name, "role": "staff_admin", "email": "a@b.c"}}
        }
        return agent.call("put", f"/users/{BOB}", body).json()["data"]["attributes"]["name"]

    before = [named("First"), named("Second")]
    Account.objects.update(first_signed_in_at=clock.now())

    assert [*before, named("Third")] == ["First", "Second", "Second"]
    bob = Account.objects.get()
    assert (bob.role, bob.email) == ("user", None)


@pytest.mark.parametrize("role", ["provider_admin", "provider_user", "client_admin", "client_user"])
def test_people_of_members_and_repositories_neither_read_nor_change_accounts_of_others(role):
    Account.objects.create(orcid_id=ALICE, email="alice@univ.example", client_id="datacite.test")
    theirs = Consumer(Account.objects.create(orcid_id=BOB, role=role, client_id="datacite.test"))
    names = {"data": {"type": "users", "attributes": {"name": "Changed"}}}

    listed = theirs.call("get", "/users").content.decode()
    shown = theirs.call("get", f"/users/{ALICE}").content.decode()

    assert "univ.example" not in listed + shown
    assert theirs.call("put", f"/users/{ALICE}", names).status_code == 403


def test_staff_have_their_rights_by_a_token_that_says_so_and_by_no_other():
    staff = Account.objects.create(orcid_id=BOB, role="staff_admin")
    researcher = Account.objects.create(orcid_id=ALICE)
    waiting_claim(CHARLIE, "10.5072/a")

    seen = [
        Consumer(token=token).call("get", "/claims").json()["meta"]["total"]
        for token in (
            token_for(staff),
            token_for(staff, role="user"),
            token_for(researcher, role="staff_admin"),
        )
    ]

    assert seen == [1, 0, 0]


def test_no_answer_comes_as_a_script(agent):
    waiting_claim(ALICE, "10.5072/a")

    answer = agent.call("get", "/claims?callback=alert")

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json()["meta"]["total"] == 1


@pytest.mark.parametrize(("verb", "path"), [("delete", f"/users/{ALICE}"), ("post", "/users")])
def test_people_are_neither_deleted_nor_posted(agent, verb, path):
    answer = agent.call(verb, path, {"data": {}})

    assert answer.status_code == 405
    assert answer.json()["errors"][0]["title"] == "This address does not take that method."


@pytest.mark.parametrize("query", ["sort=nonsense", "page[number]=x", "page[size]=-1", "created=yesterday"])
def test_what_has_no_meaning_in_a_list_answers_400(agent, query):
    assert agent.call("get", f"/claims?{query}").status_code == 400


def test_names_of_fields_may_be_written_in_three_ways(agent):
    body = {
        "claim": {"orcid": ALICE, "doi": "10.5072/a", "sourceId": "orcid_update", "claim-action": "create"}
    }

    assert agent.call("post", "/claims", body).status_code == 202


def test_the_graph_gives_up_to_a_thousand_people_with_their_given_names():
    Account.objects.bulk_create(
        Account(orcid_id=f"0000-0003-0000-{number:04}", given_names="G") for number in range(300)
    )

    answer = Client().post(
        "/profiles/graphql",
        json.dumps({"query": "{ people(first: 1000) { nodes { givenName } } }"}),
        content_type="application/json",
    )

    assert answer.json()["data"]["people"]["nodes"] == [{"givenName": "G"}] * 300

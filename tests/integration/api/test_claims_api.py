"""The contract of the claims API, as Commons, the DataCite API and the agents use it."""

import re
import uuid
from urllib.parse import quote

import pytest
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent, Origin
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, DOI, Consumer, claim_body
from tests.support.claims import waiting_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return Account.objects.create(
        orcid_id=ALICE, name="Alice Alvarado", given_names="Alice", family_name="Alvarado"
    )


@pytest.fixture
def staff():
    return Account.objects.create(orcid_id="0009-0001-0000-0049", name="Dana", role="staff_admin")


def test_a_new_claim_is_answered_with_202_and_the_claim_as_consumers_read_it(alice):
    body = claim_body()

    answer = Consumer(alice).call("post", "/claims", body)

    assert answer.status_code == 202
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    data = answer.json()["data"]
    assert (data["id"], data["type"]) == (body["claim"]["uuid"], "claims")
    attributes = data["attributes"]
    moments = {attributes.pop("created"), attributes.pop("updated")}
    assert attributes == {
        "orcid": f"https://orcid.org/{ALICE}",
        "doi": f"https://doi.org/{DOI}",
        "sourceId": "orcid_search",
        "state": "waiting",
        "claimAction": "create",
        "errorMessages": [],
        "putCode": None,
        "claimed": None,
    }
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment) for moment in moments)
    assert data["relationships"] == {"user": {"data": {"id": ALICE, "type": "users"}}}
    assert answer.json()["included"][0]["id"] == ALICE


@pytest.mark.parametrize("event", [ClaimEvent.FAIL, ClaimEvent.SKIP, ClaimEvent.VANISH])
def test_asking_again_keeps_the_id_and_clears_the_errors(alice, event):
    first = waiting_claim(ALICE, DOI)
    services.move(claim_id=first.id, event=event, problem="consent-missing")

    data = Consumer(alice).call("post", "/claims", claim_body(DOI.upper())).json()["data"]

    assert data["id"] == str(first.uuid)
    assert (data["attributes"]["state"], data["attributes"]["errorMessages"]) == ("waiting", [])


def test_a_missing_permission_has_the_title_that_commons_knows(alice):
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-missing")

    (found,) = Consumer(alice).call("get", f"/claims?user-id={ALICE}&dois={quote(DOI)}").json()["data"]

    assert found["attributes"]["errorMessages"][0]["title"] == "No user and/or ORCID token"
    assert found["attributes"]["state"] == "failed"


def test_what_was_claimed_is_read_at_once_and_being_sent_is_shown_as_waiting(alice):
    consumer = Consumer(alice)
    consumer.call("post", "/claims", claim_body())
    Claim.objects.update(state="working")

    answer = consumer.call("get", f"/claims?user-id={ALICE}&dois={DOI}")

    body = answer.json()
    assert [one["attributes"]["state"] for one in body["data"]] == ["waiting"]
    assert body["meta"]["total"] == 1
    assert body["meta"]["states"] == [{"id": "waiting", "title": "Waiting", "count": 1}]
    assert body["meta"]["sources"] == [{"id": "orcid_search", "title": "Orcid Search", "count": 1}]
    assert "dois=" in body["links"]["self"]
    assert answer["X-Credential-Username"] == ALICE


def test_an_empty_list_has_no_facets(alice):
    body = Consumer(alice).call("get", "/claims?dois=10.5072/none").json()

    assert (body["data"], body["meta"]) == ([], {"total": 0, "totalPages": 0, "page": 1})


def test_a_removal_is_answered_with_the_claim_and_never_with_nothing(alice):
    claim = waiting_claim(ALICE, DOI)

    answers = [Consumer(alice).call("delete", f"/claims/{claim.uuid}") for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 202
        attributes = answer.json()["data"]["attributes"]
        assert (attributes["state"], attributes["claimAction"]) == ("waiting", "delete")


def test_a_removal_that_failed_still_offers_to_remove(alice):
    claim = waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    Claim.objects.filter(pk=claim.pk).update(
        state="failed", problem="consent-missing", put_code=7, owner_client="APP-1"
    )

    attributes = Consumer(alice).call("get", f"/claims/{claim.uuid}").json()["data"]["attributes"]

    assert attributes["state"] == "done"
    assert attributes["errorMessages"]


def test_claims_are_found_and_counted_by_the_state_as_which_they_read(alice):
    removal = waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    Claim.objects.filter(pk=removal.pk).update(state="failed", problem="x", put_code=7, owner_client="APP-1")
    Claim.objects.filter(pk=waiting_claim(ALICE, f"{DOI}.2").pk).update(state="working")

    for state, doi in (("done", DOI), ("waiting", f"{DOI}.2")):
        listed = Consumer(alice).call("get", f"/claims?state={state}").json()
        assert [one["attributes"]["doi"] for one in listed["data"]] == [f"https://doi.org/{doi}"]
        assert [(one["id"], one["count"]) for one in listed["meta"]["states"]] == [(state, 1)]


NOBODY = {"errors": [{"status": "401", "title": "Bad credentials."}]}
NOT_YOURS = {"errors": [{"status": "403", "title": "You are not authorized to access this resource."}]}
NOT_THERE = {"errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]}


@pytest.mark.parametrize("token", ["", "rubbish", "a.b.c"])
def test_a_person_who_is_no_one_gets_401_in_the_known_shape(token):
    for verb, path in (("get", "/claims"), ("post", "/claims"), ("delete", f"/claims/{uuid.uuid4()}")):
        answer = Consumer(token=token).call(verb, path, claim_body() if verb == "post" else None)
        assert (answer.status_code, answer.json()) == (401, NOBODY)


def test_other_peoples_claims_are_neither_read_nor_changed(alice):
    theirs = waiting_claim(BOB, DOI)
    consumer = Consumer(alice)

    assert consumer.call("get", "/claims").json()["data"] == []
    for answer in (
        consumer.call("get", f"/claims/{theirs.uuid}"),
        consumer.call("delete", f"/claims/{theirs.uuid}"),
        consumer.call("post", "/claims", claim_body(orcid=BOB)),
    ):
        assert (answer.status_code, answer.json()) == (403, NOT_YOURS)


@pytest.mark.parametrize("name", ["5f0c1a52-6a3d-4b3e-9a44-1f6f8f1c2b7d", "not-a-uuid"])
def test_an_unknown_claim_is_404_in_the_known_shape(alice, name):
    for verb in ("get", "delete"):
        answer = Consumer(alice).call(verb, f"/claims/{name}")
        assert (answer.status_code, answer.json()) == (404, NOT_THERE)


@pytest.mark.parametrize(
    ("body", "status", "first"),
    [
        ({}, 422, {"status": "422", "title": "param is missing or the value is empty or invalid: claim"}),
        ({"claim": "text"}, 400, {"status": "400", "title": "claim must be an object."}),
        (claim_body(doi=""), 422, {"source": "doi", "title": "Can't be blank"}),
        (claim_body(doi="hello"), 422, {"source": "doi", "title": "Is not a DOI"}),
        (claim_body(orcid=""), 422, {"source": "user", "title": "Must exist"}),
        (claim_body(orcid="1111-1111-1111-1111"), 422, {"source": "user", "title": "Must exist"}),
        (claim_body(source_id=""), 422, {"source": "source_id", "title": "Can't be blank"}),
    ],
    ids=["no claim", "claim is a text", "no DOI", "no such DOI", "no iD", "wrong check digit", "no source"],
)
def test_a_wrong_body_names_the_field(alice, body, status, first):
    answer = Consumer(alice).call("post", "/claims", body)

    assert (answer.status_code, answer.json()) == (status, {"errors": [first]})


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'"text"'])
def test_a_body_that_is_no_object_is_refused_and_breaks_nothing(alice, raw):
    answer = Client().post(
        "/claims",
        raw,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token_for(alice)}"},
    )

    assert answer.status_code == 400
    assert isinstance(answer.json()["errors"][0]["title"], str)


@pytest.mark.parametrize(
    "doi",
    [
        "10.1002/a,b",
        "10.1002/a+b",
        "10.1002/a#b",
        "10.1002/a<b>c",
        "10.1002/a;b",
        "10.1016/0022-328x(93)83271-v",
    ],
)
def test_dois_of_any_characters_are_claimed_and_found_again(alice, doi):
    consumer = Consumer(alice)
    for form in (doi, doi.upper(), f"https://doi.org/{quote(doi, safe='/')}"):
        assert consumer.call("post", "/claims", claim_body(form)).status_code == 202

    body = consumer.call("get", f"/claims?user-id={ALICE}&dois={quote(doi)}").json()

    assert Claim.objects.count() == 1
    assert [one["attributes"]["doi"] for one in body["data"]] == [f"https://doi.org/{doi.lower()}"]


def test_a_service_may_announce_a_person_and_claim_for_a_person_unknown(staff):
    agent = Consumer(staff)
    person = {"data": {"type": "users", "attributes": {}}}

    announced = agent.call("put", f"/users/{BOB}", person, kind="application/vnd.api+json")
    again = agent.call("put", f"/users/{BOB}", person, kind="application/vnd.api+json")
    claimed = agent.call(
        "post",
        "/claims",
        {
            "claim": {
                "doi": "10.0001/foo.bar",
                "orcid": BOB,
                "source_id": "orcid_update",
                "claim_action": "create",
            }
        },
    )
    unknown = agent.call("post", "/claims", claim_body(orcid="0009-0001-0000-0030"))

    assert [a.status_code for a in (announced, again, claimed, unknown)] == [201, 200, 202, 202]
    assert Claim.objects.get(orcid_id=BOB).origin == Origin.AUTO_UPDATE.value


def test_no_one_gets_rights_through_the_users_api(alice):
    hostile = {
        "data": {"attributes": {"name": "A", "role": "staff_admin", "roleId": "staff_admin", "orcid_id": BOB}}
    }

    answer = Consumer(alice).call("put", f"/users/{ALICE}", hostile)

    alice.refresh_from_db()
    assert answer.status_code == 200
    assert (alice.name, alice.role, alice.orcid_id) == ("A", "user", ALICE)


def test_hidden_people_are_hidden_and_nobodys_mail_is_shown(alice):
    Account.objects.filter(pk=alice.pk).update(email="alice@univ.example")
    shown = Consumer().call("get", f"/users/{ALICE}").json()["data"]["attributes"]
    Account.objects.filter(pk=alice.pk).update(is_public=False)

    assert "email" not in shown
    assert Consumer().call("get", f"/users/{ALICE}").status_code == 404
    assert Consumer().call("get", "/users").json()["meta"]["total"] == 0
    assert Consumer(alice).call("get", f"/users/{ALICE}").status_code == 200


def test_no_answer_redirects_or_carries_the_older_rate_limits_and_browsers_may_call(alice):
    consumer = Consumer(alice)
    for path in ("/claims", "/claims/", "/users", "/users/"):
        answer = consumer.call("get", path)
        assert answer.status_code == 200
        # The agents' client drops an answer by the older headers, not by RateLimit.
        assert not [name for name in answer.headers if name.lower().startswith("x-rate")]
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert consumer.call("options", "/claims").status_code == 204


def test_links_keep_every_filter_and_pages_do_not_overlap(alice):
    for number in range(7):
        waiting_claim(ALICE, f"10.5072/{number}")
    consumer = Consumer(alice)

    seen, path = [], f"/claims?user-id={ALICE}&state=waiting&page[size]=3&page[cursor]=1"
    while path:
        body = consumer.call("get", path).json()
        seen += [one["id"] for one in body["data"]]
        path = body["links"].get("next", "").replace("http://", "").partition("/")[2]
        path = f"/{path}" if path else ""
        assert not path or ("state=waiting" in path and "user-id" in path)

    assert len(seen) == len(set(seen)) == 7

"""Of the ten points on which today's consumers rely: claims, and the words of their errors (2, 3, 4, 10).

The service runs in a process of its own, over real HTTP; one client speaks as the Ruby library of the agents
does, one as a browser's or server's fetch. Shapes are compared to the byte where consumers were recorded
reading them.
"""

import uuid
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent
from profiles.infra import clock
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, DOI
from tests.support.claims import waiting_claim
from tests.support.consumers import DONE, NOBODY, NOT_THERE, NOT_YOURS, UUID, Fetch, martin, still, wish
from tests.support.ruby_client import RubyClient

pytestmark = pytest.mark.usefixtures("db")
NAMES = ["a,b", "a+b", "a#b", "a<b>c", "a;b", "a&b", "a%b", "a?b=c"]
KINDS = ["application/json", "application/json;charset=UTF-8", "application/vnd.api+json"]


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


@pytest.fixture
def alice(db):
    return martin()


# 2. Commons asks for a claim ---------------------------------------------------------------------------


def test_2_commons_finds_a_claim_with_every_kind_of_token(place, alice):
    waiting_claim(ALICE, DOI)
    bob = Account.objects.create(orcid_id=BOB)
    path = f"/claims?{urlencode({'user-id': ALICE, 'dois': DOI})}"
    expired = token_for(alice, now=int((clock.now() - timedelta(days=31)).timestamp()))

    good = RubyClient(place, token=token_for(alice)).get(path)
    foreign = RubyClient(place, token=token_for(bob)).get(path)
    nobodies = [RubyClient(place, token=token).get(path) for token in (expired, "", "rubbish")]

    (found,) = good.body["data"]
    assert set(found["attributes"]) >= {"sourceId", "state", "claimAction", "claimed", "errorMessages"}
    assert good.headers["content-type"] == "application/json; charset=utf-8"
    assert good.headers["x-credential-username"] == ALICE
    assert (foreign.status, foreign.body["data"]) == (200, [])
    assert [(one.status, one.raw) for one in nobodies] == [(401, NOBODY)] * 3
    assert all(one.headers["x-anonymous-consumer"] == "true" for one in nobodies)


def test_2_the_list_is_what_was_recorded_to_the_byte(place, alice):
    claim = waiting_claim(ALICE, "10.17863/cam.536")
    Claim.objects.update(uuid=UUID, origin="orcid_update", claimed_at=clock.now(), **DONE)
    year = str(claim.created_at.year)
    path = "/claims?dois=10.17863%2Fcam.536&user-id=" + ALICE

    answer = RubyClient(place, token=token_for(alice)).get(path)

    attributes = (
        '{"orcid":"https://orcid.org/ALICE","doi":"https://doi.org/10.17863/cam.536",'
        '"sourceId":"orcid_update","state":"done","claimAction":"create","errorMessages":[],'
        '"putCode":37669203,"claimed":"2026-01-01T00:00:00.000Z","created":"2026-01-01T00:00:00.000Z",'
        '"updated":"2026-01-01T00:00:00.000Z"}'
    )
    facets = (
        '"created":[{"id":"YEAR","title":"YEAR","count":1}],'
        '"sources":[{"id":"orcid_update","title":"Orcid Update","count":1}],'
        '"users":[{"id":"ALICE","title":"ALICE","count":1}],'
        '"claimActions":[{"id":"create","title":"Create","count":1}],'
        '"states":[{"id":"done","title":"Done","count":1}]'
    )
    expected = (
        f'{{"data":[{{"id":"{UUID}","type":"claims","attributes":{attributes},'
        '"relationships":{"user":{"data":{"id":"ALICE","type":"users"}}}}],'
        f'"meta":{{"total":1,"totalPages":1,"page":1,{facets}}},'
        '"links":{"self":"HERE/claims?dois=10.17863%2Fcam.536&user-id=ALICE"}}'
    )
    for word, value in (("ALICE", ALICE), ("YEAR", year), ("HERE", settings.ENVIRONMENT.PROFILES_URL)):
        expected = expected.replace(word, value)
    assert still(answer.raw).decode() == expected


def test_2_parameters_are_read_as_they_always_were(place, alice):
    waiting_claim(ALICE, DOI)
    fetch = Fetch(place, token_for(alice))

    for path in (
        f"/claims?user_id={ALICE}&dois={DOI.upper()}",
        f"/claims?user-id={ALICE}&dois={DOI}&state=&source-id=&query=",
        f"/claims?dois=10.5072/other,{DOI}&claim-action=create",
        f"/claims?state=waiting,done&created={clock.now().year}&sort=-created&page[size]=5&page[number]=1",
        f"/claims?query={DOI}&fields[claims]=state,sourceId,claimAction,errorMessages,claimed",
        f"/claims/?user-id=https://orcid.org/{ALICE}",
    ):
        answer = fetch("GET", path)
        assert (answer.status, len(answer.json()["data"])) == (200, 1), path
    empty = fetch("GET", "/claims?dois=10.5072/none").json()
    assert (empty["data"], empty["meta"]) == ([], {"total": 0, "totalPages": 0, "page": 1})
    assert "included" in fetch("GET", "/claims?include=user").json()


# 3. A claim is made ------------------------------------------------------------------------------------


def test_3_a_new_claim_is_what_was_recorded_to_the_byte(place, alice):
    answer = Fetch(place, token_for(alice))("POST", "/claims", wish())

    assert answer.status == 202
    assert still(answer.raw).decode() == (
        f'{{"data":{{"id":"{UUID}","type":"claims","attributes":{{"orcid":"https://orcid.org/{ALICE}",'
        f'"doi":"https://doi.org/{DOI}","sourceId":"orcid_search","state":"waiting","claimAction":"create",'
        '"errorMessages":[],"putCode":null,"claimed":null,"created":"2026-01-01T00:00:00.000Z",'
        '"updated":"2026-01-01T00:00:00.000Z"},'
        f'"relationships":{{"user":{{"data":{{"id":"{ALICE}","type":"users"}}}}}}}},'
        f'"included":[{{"id":"{ALICE}","type":"users","attributes":{{"givenName":"Martin",'
        f'"familyName":"Fenner","name":"Martin Fenner","orcid":"https://orcid.org/{ALICE}","github":null,'
        '"roleId":"user","isActive":false,"created":"2026-01-01T00:00:00.000Z",'
        '"updated":"2026-01-01T00:00:00.000Z"},"relationships":{}}]}'
    )


@pytest.mark.parametrize("state", ["done", "failed", "deleted", "ignored", "notified"])
def test_3_what_is_claimed_already_is_opened_again_with_its_id_and_without_its_errors(place, alice, state):
    first = waiting_claim(ALICE, DOI)
    Claim.objects.update(state=state, problem="consent-missing" if state == "failed" else "")
    ruby = RubyClient(place, token=token_for(alice))

    data = ruby.post("/claims", wish(DOI.upper()), kind="application/json;charset=UTF-8").body["data"]

    assert data["id"] == str(first.uuid) != UUID
    assert (data["attributes"]["state"], data["attributes"]["errorMessages"]) == ("waiting", [])
    assert data["attributes"]["doi"] == f"https://doi.org/{DOI}"


@pytest.mark.parametrize("name", NAMES)
def test_3_dois_of_any_characters_are_claimed_and_found_by_both_clients(place, alice, name):
    doi = f"10.5072/{name}"
    token = token_for(alice)

    made = [RubyClient(place, token=token).post("/claims", wish(form)).status
            for form in (doi, doi.upper(), f"https://doi.org/{quote(doi)}", f"doi:{doi}")]  # fmt: skip

    assert made == [202] * 4
    path = f"/claims?{urlencode({'user-id': ALICE, 'dois': doi})}"
    for answer in (Fetch(place, token)("GET", path), RubyClient(place, token=token).get(path)):
        assert len(answer.json()["data"]) == 1
    assert Claim.objects.get().doi == doi


@pytest.mark.parametrize("name", ["a+b", "a;b", "a,b", "a:b(c)", "a%2Cb"])
def test_2_a_doi_that_the_datacite_api_does_not_encode_is_found(place, alice, name):
    waiting_claim(ALICE, f"10.5072/{name}".replace("%2C", ","))
    waiting_claim(ALICE, "10.5072/other")

    answer = RubyClient(place, token=token_for(alice)).get(f"/claims?user-id={ALICE}&dois=10.5072/{name}")

    assert len(answer.body["data"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_3_every_content_type_of_the_consumers_is_taken(place, alice, kind):
    assert RubyClient(place, token=token_for(alice)).post("/claims", wish(), kind=kind).status == 202


# 4. A claim is taken back ------------------------------------------------------------------------------


def test_4_removal_of_ones_own_is_what_was_recorded_and_may_be_said_twice(place, alice):
    waiting_claim(ALICE, DOI)
    Claim.objects.update(uuid=UUID, claimed_at=clock.now(), **DONE)
    ruby = RubyClient(place, token=token_for(alice))

    first, again = ruby.delete(f"/claims/{UUID}"), ruby.delete(f"/claims/{UUID}")

    assert (first.status, again.status) == (202, 202)
    assert still(first.raw) == still(again.raw)
    assert still(first.raw).decode() == (
        f'{{"data":{{"id":"{UUID}","type":"claims","attributes":{{"orcid":"https://orcid.org/{ALICE}",'
        f'"doi":"https://doi.org/{DOI}","sourceId":"orcid_search","state":"waiting","claimAction":"delete",'
        '"errorMessages":[],"putCode":37669203,"claimed":"2026-01-01T00:00:00.000Z",'
        '"created":"2026-01-01T00:00:00.000Z","updated":"2026-01-01T00:00:00.000Z"},'
        f'"relationships":{{"user":{{"data":{{"id":"{ALICE}","type":"users"}}}}}}}}}}'
    )


def test_4_foreign_and_unknown_claims_are_refused_in_json(place, alice):
    theirs = waiting_claim(BOB, DOI)
    fetch = Fetch(place, token_for(alice))

    assert (
        fetch("DELETE", f"/claims/{theirs.uuid}").status,
        fetch("DELETE", f"/claims/{theirs.uuid}").raw,
    ) == (
        403,
        NOT_YOURS,
    )
    for name in (str(uuid.uuid4()), "undefined", "a%2Fb", "%00"):
        answer = fetch("DELETE", f"/claims/{name}")
        assert (answer.status, answer.raw) == (404, NOT_THERE)


def test_4_a_removal_that_failed_offers_to_remove_again_and_says_why(place, alice):
    waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    Claim.objects.update(state="failed", problem="consent-missing", put_code=7, owner_client="APP-1")

    (found,) = Fetch(place, token_for(alice))("GET", f"/claims?dois={DOI}").json()["data"]

    assert found["attributes"]["state"] == "done"
    assert found["attributes"]["errorMessages"][0]["title"] == "No user and/or ORCID token"


# 10. The words Commons knows ---------------------------------------------------------------------------


def test_10_a_missing_permission_has_the_exact_title(place, alice):
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-missing")

    (found,) = Fetch(place, token_for(alice))("GET", f"/claims?user-id={ALICE}&dois={DOI}").json()["data"]

    assert found["attributes"]["errorMessages"][0]["title"] == "No user and/or ORCID token"
    assert found["attributes"]["state"] == "failed"

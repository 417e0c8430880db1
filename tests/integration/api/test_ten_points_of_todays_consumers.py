"""The ten points on which DataCite Commons, the DataCite API and the agents rely, over real HTTP.

The service runs in a process of its own; one client speaks as the Ruby library of the agents does, one as a
browser's or server's fetch. Shapes are compared to the byte where consumers were recorded reading them.
"""

import json
import re
import uuid
from datetime import timedelta
from urllib.parse import quote, unquote, urlencode

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent
from profiles.infra import clock
from profiles.sso.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, CHARLIE, DANA, DOI, service_key
from tests.support.claims import waiting_claim
from tests.support.ruby_client import RubyClient, talk

pytestmark = pytest.mark.usefixtures("db")
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
UUID = "d140d44e-af70-43ec-a90b-49878a954487"
NOBODY = b'{"errors":[{"status":"401","title":"Bad credentials."}]}'
NOT_YOURS = b'{"errors":[{"status":"403","title":"You are not authorized to access this resource."}]}'
NOT_THERE = b'{"errors":[{"status":"404","title":"The resource you are looking for doesn\'t exist."}]}'
DONE = {"state": "done", "put_code": 37669203, "owner_client": "APP-1"}
AGENTS = {"orcid": BOB, "doi": "10.0001/foo.bar", "source_id": "orcid_update", "claim_action": "create"}
NAMES = ["a,b", "a+b", "a#b", "a<b>c", "a;b", "a&b", "a%b", "a?b=c"]
KINDS = ["application/json", "application/json;charset=UTF-8", "application/vnd.api+json"]
NO_CLAIM = "param is missing or the value is empty or invalid: claim"
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


@pytest.fixture
def alice(db):
    return Account.objects.create(
        orcid_id=ALICE, name="Martin Fenner", given_names="Martin", family_name="Fenner"
    )


@pytest.fixture
def agent(db, place):
    """The agents' token: that of a member of staff in our database."""
    staff = Account.objects.create(orcid_id=DANA, name="Dana", role="staff_admin")
    return RubyClient(place, token=token_for(staff))


class Fetch:
    """Commons' server: JSON wanted, parameters encoded as URLSearchParams does, never redirected."""

    def __init__(self, place, token=""):
        self._place, self._token = place, token

    def __call__(self, verb, path, content=None):
        headers = {"Host": f"{self._place[0]}:{self._place[1]}", "Accept": "application/json"}
        headers |= {"Accept-Encoding": "gzip, deflate", "Sec-Fetch-Mode": "cors", "Accept-Language": "*"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = b"" if content is None else json.dumps(content).encode()
        if content is not None:
            headers["Content-Type"] = "application/json;charset=UTF-8"
            headers["Content-Length"] = str(len(body))
        return talk(self._place, verb, path, headers, body)


def wish(doi=DOI, orcid=ALICE, **changes):
    return {"claim": {"uuid": UUID, "orcid": orcid, "doi": doi, "claim_action": "create",
                      "source_id": "orcid_search", **changes}}  # fmt: skip


def still(raw: bytes) -> bytes:
    """Put one moment in the place of all, so that bytes can be compared."""
    return MOMENT.sub(b"2026-01-01T00:00:00.000Z", raw)


# 1. The cookie -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Zoë Müller", "山田 太郎", 'O\'Brien + "Sons" & Co; a,b', ""])
def test_1_the_cookie_decodes_as_commons_reads_it_and_always_carries_a_name(place, name):
    cookie = signed_in_cookie(place, Account.objects.create(orcid_id=ALICE, name=name))
    value, *attributes = cookie.split("; ")
    raw = value.removeprefix("_datacite=")

    authenticated = json.loads(unquote(raw))["authenticated"]
    payload = authenticated["access_token"].split(".")[1]
    said = json.loads(base64url(payload))

    assert re.fullmatch(r"[A-Za-z0-9%._*-]+", raw)
    assert (said["uid"], said["name"]) == (ALICE, name or ALICE)
    assert list(authenticated) == ["authenticator", "access_token", "expires_in", "expires_at"]
    assert {one.lower() for one in attributes} == {"path=/", "samesite=lax"}


def base64url(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def session_of(account) -> str:
    browser = Client()
    browser.force_login(account, backend=BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def signed_in_cookie(place, account, path="/works") -> str:
    return shared_cookie(page(place, "GET", path, session_of(account)))


def shared_cookie(answer) -> str:
    (found,) = [one for one in answer.cookies if one.startswith("_datacite=")]
    return found


def page(place, verb, path, cookie="", **more):
    host = settings.ENVIRONMENT.PROFILES_URL.removeprefix("http://")
    headers = {"Host": host, "Accept": "text/html", **more}
    if cookie:
        headers["Cookie"] = cookie
    return talk(place, verb, path, headers)


# 2. Commons asks for a claim -----------------------------------------------------------------------------


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


# 3. A claim is made --------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("kind", KINDS)
def test_3_every_content_type_of_the_consumers_is_taken(place, alice, kind):
    assert RubyClient(place, token=token_for(alice)).post("/claims", wish(), kind=kind).status == 202


# 4. A claim is taken back --------------------------------------------------------------------------------


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


# 5. The agents -------------------------------------------------------------------------------------------


def test_5_an_agent_announces_a_person_and_claims_for_them_over_plain_http(place, agent):
    unknown = agent.get(f"/users/{BOB}")
    person = {"data": {"type": "users", "attributes": {}}}
    announced, again = agent.put(f"/users/{BOB}", person), agent.put(f"/users/{BOB}", person)
    body = {"claim": AGENTS}

    claimed = agent.post("/claims", body)

    assert (unknown.status, announced.status, again.status, claimed.status) == (404, 201, 200, 202)
    assert announced.body["data"]["id"] == BOB
    assert claimed.redirects == []
    assert claimed.body["data"]["attributes"]["sourceId"] == "orcid_update"
    assert Claim.objects.get().orcid_id == BOB


def test_5_a_claim_for_somebody_we_never_heard_of_is_kept(place, agent):
    body = {"claim": {**AGENTS, "orcid": CHARLIE}}

    assert agent.post("/claims", body).status == 202
    assert Claim.objects.get().state == "waiting"


def test_5_names_come_with_the_announcement_and_a_person_is_read_by_everybody(place, agent):
    names = {"name": "Bob Baker", "givenNames": "Bob", "familyName": "Baker"}
    agent.put(f"/users/{BOB}", {"data": {"type": "users", "attributes": names}})

    shown = RubyClient(place).get(f"/users/{BOB}").body

    assert shown["data"]["id"] == BOB
    assert (shown["data"]["attributes"]["name"], shown["data"]["attributes"]["givenName"]) == (
        "Bob Baker",
        "Bob",
    )
    assert set(shown["meta"]) == {"dois", "published", "resourceTypes", "views", "downloads", "citations"}


def test_5_a_service_key_does_the_agents_work_as_well(place):
    agent = RubyClient(place, token=service_key("claims:write", "people:write", name="levriero"))

    assert agent.put(f"/users/{BOB}", {"data": {"type": "users", "attributes": {}}}).status == 201
    assert agent.post("/claims", wish(orcid=BOB, source_id="orcid_update")).status == 202


def test_5_fabrica_lists_people_as_it_was_recorded_asking(place, alice):
    path = "/users?page[number]=1&page[size]=25&provider-id=&query=&repository-id=&size=25&sort="

    body = Fetch(place)("GET", path).json()

    assert body["meta"] == {"total": 1, "totalPages": 1, "page": 1}
    assert (body["data"][0]["id"], body["data"][0]["type"]) == (ALICE, "users")
    assert {"name", "givenName", "familyName"} <= set(body["data"][0]["attributes"])


# 6. The load balancer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["10.0.12.34", "10.0.12.34:80", "[fd00::1]", "profiles.local", "anything"])
def test_6_the_heartbeat_answers_whatever_the_host(place, host):
    answer = talk(place, "GET", "/heartbeat", {"Host": host, "User-Agent": "ELB-HealthChecker/2.0"})

    assert (answer.status, answer.raw, answer.headers["content-type"]) == (200, b"OK", "text/html")
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_6_the_heartbeat_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/heartbeat").content == b"OK"


# 7. Refusals and headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["api.datacite.org", "api.stage.datacite.org", "profiles.local", "10.1.2.3"])
def test_7_no_host_and_no_address_redirects_and_nothing_limits(place, alice, host):
    ruby = RubyClient(place, token=token_for(alice), host=host)

    read = [ruby.get(path) for path in ("/claims", "/claims/", "/users", f"/users/{ALICE}/")]
    for answer in (*read, ruby.post("/claims/", wish()), ruby.delete(f"/claims/{UUID}/")):
        assert answer.status in {200, 202}
        assert answer.redirects == []
        assert not [name for name in answer.headers if "rate" in name]
        assert answer.headers["cache-control"] == "max-age=0, private, must-revalidate"
        assert answer.headers["access-control-allow-origin"] == "*"


def test_7_wrong_fields_are_named_to_the_byte(place, alice):
    ruby = RubyClient(place, token=token_for(alice))

    for body, status, raw in (
        (
            {},
            422,
            f'{{"errors":[{{"status":"422","title":"{NO_CLAIM}"}}]}}',
        ),
        (wish(doi=""), 422, '{"errors":[{"source":"doi","title":"Can\'t be blank"}]}'),
        (wish(orcid=""), 422, '{"errors":[{"source":"user","title":"Must exist"}]}'),
        (wish(source_id=""), 422, '{"errors":[{"source":"source_id","title":"Can\'t be blank"}]}'),
        ({"claim": "text"}, 400, '{"errors":[{"status":"400","title":"claim must be an object."}]}'),
    ):
        answer = ruby.post("/claims", body)
        assert (answer.status, answer.raw.decode()) == (status, raw)
        assert isinstance(answer.body["errors"][0]["title"], str)


def test_7_addresses_and_verbs_that_are_not_there_are_refused_in_json(place, alice):
    fetch = Fetch(place, token_for(alice))

    for verb, path, status in (
        ("GET", f"/claims/{UUID}/more", 404), ("GET", "/claims/", 200), ("GET", "/users/x/y/z", 404),
        ("PUT", "/claims", 405), ("DELETE", "/claims", 405), ("POST", f"/users/{ALICE}", 405),
        ("DELETE", f"/users/{ALICE}", 405),
    ):  # fmt: skip
        answer = fetch(verb, path)
        assert (answer.status, answer.headers["content-type"]) == (status, "application/json; charset=utf-8")
        assert status == 200 or isinstance(answer.json()["errors"][0]["title"], str)


def test_7_browsers_of_other_hosts_may_ask_first_and_head_is_get_without_body(place, alice):
    first = Fetch(place)("OPTIONS", "/users")
    headed = RubyClient(place, token=token_for(alice)).send("HEAD", "/claims")
    got = RubyClient(place, token=token_for(alice)).get("/claims")

    assert (first.status, first.headers["access-control-allow-origin"]) == (204, "*")
    assert "Authorization" in first.headers["access-control-allow-headers"]
    assert (headed.status, headed.raw) == (200, b"")
    assert headed.headers["content-length"] == str(len(got.raw))


def test_7_what_was_read_is_not_sent_twice(place, alice):
    ruby = RubyClient(place, token=token_for(alice))
    mark = ruby.get("/claims").headers["etag"]

    again = ruby.get("/claims", If_None_Match=mark)
    waiting_claim(ALICE, DOI)
    changed = ruby.get("/claims", If_None_Match=mark)

    assert (again.status, again.raw) == (304, b"")
    assert changed.status == 200


# 8. Signing out and in again -----------------------------------------------------------------------------


def test_8_sign_out_always_overwrites_the_cookie_and_goes_to_allowed_hosts_only(place, alice):
    for cookie in ("", session_of(alice)):
        answer = page(place, "GET", "/sign_out", cookie, Referer="https://commons.datacite.org/")
        assert unquote(shared_cookie(answer).split("; ")[0]) == '_datacite={"authenticated":{}}'
        assert answer.headers.get("location", "") in {"", "https://commons.datacite.org/"}
    evil = page(place, "GET", "/sign_out", "", Referer="https://evil.example/")
    assert "evil.example" not in evil.headers.get("location", "")


def test_8_sign_in_with_a_live_session_refreshes_the_cookie_and_returns(place, alice):
    back = quote("https://commons.datacite.org/orcid.org", safe="")
    answer = page(place, "GET", f"/sign_in?return_to={back}", session_of(alice))

    assert answer.status in {301, 302, 303}
    assert answer.headers["location"] == "https://commons.datacite.org/orcid.org"
    assert "access_token" in shared_cookie(answer)


# 9. Addresses registered at ORCID ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/users/auth/orcid/callback", "/orcid/search_and_link/callback", "/orcid/auto_update/callback"]
)
def test_9_the_addresses_registered_at_orcid_still_answer(place, path):
    for query in ("?code=abc", "?code=abc&redirect_to_commons=false", "?error=access_denied"):
        assert page(place, "GET", path + query).status in {200, 302, 400}


# 10. The words Commons knows -----------------------------------------------------------------------------


def test_10_a_missing_permission_has_the_exact_title(place, alice):
    claim = waiting_claim(ALICE, DOI)
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-missing")

    (found,) = Fetch(place, token_for(alice))("GET", f"/claims?user-id={ALICE}&dois={DOI}").json()["data"]

    assert found["attributes"]["errorMessages"][0]["title"] == "No user and/or ORCID token"
    assert found["attributes"]["state"] == "failed"

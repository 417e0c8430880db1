"""Of the ten points on which today's consumers rely: the agents, the load balancer, refusals (5, 6, 7).

The service runs in a process of its own, over real HTTP; one client speaks as the Ruby library of the agents
does, one as a browser's or server's fetch. Shapes are compared to the byte where consumers were recorded
reading them.
"""

import json

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.sso.cookie.shared_cookie import token_for
from tests.support.api_callers import ALICE, BOB, CHARLIE, DANA, DOI, service_key
from tests.support.claims import waiting_claim
from tests.support.consumers import UUID, Fetch, martin, wish
from tests.support.ruby_client import RubyClient, talk

pytestmark = pytest.mark.usefixtures("db")
AGENTS = {"orcid": BOB, "doi": "10.0001/foo.bar", "source_id": "orcid_update", "claim_action": "create"}
NO_CLAIM = "param is missing or the value is empty or invalid: claim"


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


@pytest.fixture
def alice(db):
    return martin()


@pytest.fixture
def agent(db, place):
    """The agents' token: that of a member of staff in our database."""
    staff = Account.objects.create(orcid_id=DANA, name="Dana", role="staff_admin")
    return RubyClient(place, token=token_for(staff))


# 5. The agents -----------------------------------------------------------------------------------------


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


def test_5_a_claim_for_a_person_we_never_heard_of_is_kept(place, agent):
    body = {"claim": {**AGENTS, "orcid": CHARLIE}}

    assert agent.post("/claims", body).status == 202
    assert Claim.objects.get().state == "waiting"


def test_5_names_come_with_the_announcement_and_a_person_is_read_by_everyone(place, agent):
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


# 6. The load balancer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["10.0.12.34", "10.0.12.34:80", "[fd00::1]", "profiles.local", "anything"])
def test_6_the_heartbeat_answers_whatever_the_host(place, host):
    answer = talk(place, "GET", "/heartbeat", {"Host": host, "User-Agent": "ELB-HealthChecker/2.0"})

    assert (answer.status, answer.raw, answer.headers["content-type"]) == (200, b"OK", "text/html")
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_6_the_heartbeat_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/heartbeat").content == b"OK"


# 7. Refusals and headers -------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["api.datacite.org", "api.stage.datacite.org", "profiles.local", "10.1.2.3"])
def test_7_no_host_and_no_address_redirects_and_nothing_limits(place, alice, host):
    ruby = RubyClient(place, token=token_for(alice), host=host)

    read = [ruby.get(path) for path in ("/claims", "/claims/", "/users", f"/users/{ALICE}/")]
    for answer in (*read, ruby.post("/claims/", wish()), ruby.delete(f"/claims/{UUID}/")):
        assert answer.status in {200, 202}
        assert answer.redirects == []
        assert not [name for name in answer.headers if name.lower().startswith("x-rate")]
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
        ("DELETE", f"/users/{ALICE}", 405), ("GET", "/repositories", 404), ("GET", "/repositories/", 404),
        ("POST", "/api/openapi.json", 405), ("PUT", "/api/openapi.json", 405),
    ):  # fmt: skip
        answer = fetch(verb, path)
        assert (answer.status, answer.headers["content-type"]) == (status, "application/json; charset=utf-8")
        assert status == 200 or isinstance(answer.json()["errors"][0]["title"], str)


def test_7_browsers_of_other_hosts_may_ask_first_and_head_is_get_without_body(place, alice):
    first = Fetch(place)("OPTIONS", "/users")
    headed = RubyClient(place, token=token_for(alice)).send("HEAD", "/claims")
    got = RubyClient(place, token=token_for(alice)).get("/claims")

    assert (first.status, first.headers["access-control-allow-origin"]) == (204, "*")
    assert {"Authorization", "*"} <= set(first.headers["access-control-allow-headers"].split(", "))
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


def in_pieces(body, size=50_000):
    """Write a body as clients do that do not know its length before they send it."""
    parts = [body[begin : begin + size] for begin in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_7_a_body_that_does_not_say_its_length_is_read_as_well(place, alice):
    headers = {
        "Host": "profiles.local",
        "Authorization": f"Bearer {token_for(alice)}",
        "Transfer-Encoding": "chunked",
    }
    claim, large = json.dumps(wish()).encode(), b'{"claim": "' + b"a" * 2_500_000 + b'"}'

    taken = talk(place, "POST", "/claims", headers, in_pieces(claim, 10))
    refused = talk(place, "POST", "/claims", headers, in_pieces(large))

    assert (taken.status, refused.status) == (202, 413)
    assert taken.json()["data"]["attributes"]["doi"] == f"https://doi.org/{DOI}"

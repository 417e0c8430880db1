"""Writing to the DataCite stand-in: registration, states, limits and pages, over real HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.datacite.credentials import DEMO_KEY
from sandbox.serving import DOIS_FILE, started
from tests.support.datacite_calls import ALICE, LIMIT, OWNER, complete, found, get, put


@pytest.fixture(scope="module")
def running():
    with started(dois=[DOIS_FILE]) as stands:
        yield stands.datacite


@pytest.fixture
def datacite(running):
    running.reset()
    return running


def test_a_doi_is_registered_and_then_corrected(datacite):
    begun = datetime.now(UTC).replace(microsecond=0)
    new = put(datacite, "10.5072/Fresh", **complete())
    again = put(datacite, "10.5072/fresh", titles=[{"title": "Tides, corrected"}])

    first, second = (answer.json()["data"]["attributes"] for answer in (new, again))
    assert (new.status_code, again.status_code) == (201, 200)
    assert (first["doi"], first["state"], first["isActive"]) == ("10.5072/fresh", "findable", True)
    assert datetime.fromisoformat(first["registered"]) >= begun
    assert (first["metadataVersion"], second["metadataVersion"]) == (0, 1)
    assert second["created"] == first["created"]
    assert second["creators"] == first["creators"], "what is not sent stays"
    since = (begun - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(datacite, f"updated:[{since} TO *]") == {"fresh"}


@pytest.mark.parametrize(
    ("events", "states"),
    [
        (
            ["", "register", "publish", "hide", "publish"],
            ["draft", "registered", "findable", "registered", "findable"],
        ),
        (["publish", "register"], ["findable", "findable"]),
        (["hide"], ["draft"]),
    ],
    ids=["all the way", "no way back to registered but hiding", "a draft can not be hidden"],
)
def test_events_move_a_doi_between_its_states(datacite, events, states):
    seen = [
        put(datacite, "10.5072/moving", **complete(event=event)).json()["data"]["attributes"]
        for event in events
    ]

    assert [attributes["state"] for attributes in seen] == states
    assert [attributes["isActive"] for attributes in seen] == [state == "findable" for state in states]
    assert [bool(attributes["registered"]) for attributes in seen] == [
        any(each != "draft" for each in states[: number + 1]) for number in range(len(states))
    ]


def test_what_is_incomplete_can_be_a_draft_but_not_findable(datacite):
    draft = put(datacite, "10.5072/half", titles=[{"title": "Half"}])
    refused = put(datacite, "10.5072/half", event="publish")

    assert (draft.status_code, refused.status_code) == (201, 422)
    assert {error["source"] for error in refused.json()["errors"]} >= {"creators", "publisher", "url"}
    owned = requests.get(f"{datacite.url}/dois/10.5072/half", headers=OWNER, timeout=LIMIT).json()
    assert owned["data"]["attributes"]["state"] == "draft"
    assert requests.delete(f"{datacite.url}/dois/10.5072/half", timeout=LIMIT).status_code == 204
    assert requests.delete(f"{datacite.url}/dois/10.5072/tidekit", timeout=LIMIT).status_code == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"data": []}', b'{"data": {"attributes": 3}}'])
def test_a_registration_that_is_none_is_refused(datacite, body):
    answer = requests.put(f"{datacite.url}/dois/10.5072/x", data=body, timeout=LIMIT)

    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("given", "site", "kept"),
    [
        (f"https://orcid.org/{ALICE}", None, f"https://orcid.org/{ALICE}"),
        (f"http://orcid.org/{ALICE}", "http://orcid.org/", f"https://orcid.org/{ALICE}"),
        (ALICE, "http://orcid.org", f"https://orcid.org/{ALICE}"),
        (ALICE, None, ALICE),
        (f"https://orcid.org/{ALICE}/", "https://orcid.org", None),
        (f" {ALICE} ", "https://orcid.org", None),
        (f"https://sandbox.orcid.org/{ALICE}", None, f"https://sandbox.orcid.org/{ALICE}"),
        ("ORCID iD not provided", None, None),
    ],
)
def test_ids_are_kept_in_one_form_or_lost_as_by_the_real_api(datacite, given, site, kept):
    identifier = {"nameIdentifier": given, "nameIdentifierScheme": "ORCID", "schemeUri": site}
    creator = {"givenName": "Alice", "familyName": "Alvarado", "nameIdentifiers": [identifier]}

    answer = put(datacite, "10.5072/named", **complete(creators=[creator])).json()["data"]["attributes"]

    assert answer["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == kept
    assert answer["creators"][0]["name"] == "Alvarado, Alice"


def test_a_name_is_made_up_for_a_doi_without_one(datacite):
    body = {"data": {"type": "dois", "attributes": complete(prefix="10.70001")}}

    answer = requests.post(f"{datacite.url}/dois", json=body, timeout=LIMIT)

    assert (answer.status_code, answer.json()["data"]["id"][:9]) == (201, "10.70001/")


def test_repositories_say_of_what_kind_they_are(datacite):
    kinds = [
        get(datacite, f"/clients/{name}").json()["data"]["attributes"]["clientType"]
        for name in ("demo.repository", "demo.journal", "DEMO.RAID")
    ]

    assert kinds == ["repository", "periodical", "raidRegistry"]
    assert get(datacite, "/clients/nobody.here").status_code == 404


@pytest.mark.parametrize(
    ("mode", "headers", "limit", "status"),
    [
        ("production", {}, 2, 429),
        ("production", {"User-Agent": "x/1 (mailto:a@b.example)"}, 3, 429),
        ("production", {"Authorization": "Bearer x", "User-Agent": "x"}, 4, 429),
        ("stage", {"Authorization": "Bearer x"}, 2, 403),
    ],
    ids=["anonymous", "with contact", "with token", "stage knows one limit"],
)
def test_limits_answer_429_in_production_and_403_on_stage(datacite, mode, headers, limit, status):
    datacite.order("options", {"rate_limit": mode, "anonymous": 2, "identified": 3, "authenticated": 4})

    statuses = [
        requests.get(f"{datacite.url}/heartbeat", headers=headers, timeout=LIMIT) for _ in range(limit + 1)
    ]

    assert [answer.status_code for answer in statuses] == [200] * limit + [status]
    error = statuses[-1].json()["errors"][0]
    assert (error["status"], "rate limit" in error["title"]) == (str(status), True)
    assert "Retry-After" not in statuses[-1].headers


def test_records_can_be_put_in_as_they_are(datacite):
    record = json.loads(DOIS_FILE.read_text(encoding="utf-8").splitlines()[0])
    record = {**record, "id": "10.5072/old", "_source": "a test"}
    record["attributes"] = {
        **record["attributes"],
        "created": "2011-01-01T00:00:00.000Z",
        "state": "findable",
    }

    datacite.order("dois", {"dois": [record]})

    assert get(datacite, "/dois/10.5072/old").json()["data"]["attributes"]["created"].startswith("2011")
    datacite.reset()
    assert get(datacite, "/dois/10.5072/old").status_code == 404


def test_a_person_registers_a_doi_and_corrects_its_title_on_the_pages(datacite):
    form = {"title": "Written by Alice <b>", "orcid": ALICE, "type": "Software"}
    front = requests.post(f"{datacite.url}/__sandbox__/pages/register", form, timeout=LIMIT)
    (doi,) = found(datacite, '"written by alice"')

    page = requests.post(
        f"{datacite.url}/__sandbox__/pages/doi", {"doi": f"10.5072/{doi}", "title": "By foot"}, timeout=LIMIT
    )

    assert (front.status_code, "Written by Alice &lt;b&gt;" in front.text) == (201, True)
    assert "The title is corrected." in page.text
    assert found(datacite, "foot", **{"user-id": ALICE, "resource-type-id": "software"}) == {doi}


def test_every_page_says_that_it_is_a_stand_in(datacite):
    for path in (
        "/",
        "/__sandbox__/pages/doi?doi=10.5072/tidekit",
        "/__sandbox__/pages/doi?doi=10.5072/none",
    ):
        assert "This is not DataCite. It is a stand-in" in get(datacite, path).text


def test_callers_are_named_and_unknown_keys_and_tokens_refused_where_anyone_may_read(datacite):
    def asked(authorization: str | None) -> requests.Response:
        headers = {"Authorization": authorization} if authorization else {}
        return requests.get(f"{datacite.url}/dois?page[size]=0", headers=headers, timeout=LIMIT)

    token = datacite.order("tokens", {"claims": {"uid": "demo", "role_id": "provider_admin"}})["access_token"]
    known = [asked(f"Bearer {DEMO_KEY}"), asked(f"Bearer {token}"), asked(OWNER["Authorization"])]
    unknown = [asked(f"Bearer {DEMO_KEY[:-1]}x"), asked("Bearer x"), asked("Bearer DC."), asked("Digest x")]

    names = [answer.headers.get("X-Credential-Username") for answer in known]
    assert names == ["demo.repository", "demo", "demo"]
    assert [answer.status_code for answer in unknown] == [401] * 4
    assert unknown[0].json() == {"errors": [{"status": "401", "title": "Bad credentials."}]}
    assert asked(None).headers["X-Anonymous-Consumer"] == "true"

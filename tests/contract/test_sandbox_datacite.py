"""The DataCite stand-in over real HTTP, with recorded records where they are at hand."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from sandbox.remote import Remote
from sandbox.serving import DOIS_FILE, started
from tests.support.shared import shared

LIMIT = 20
ALICE, BOB, CHARLIE = "0009-0001-0000-0014", "0009-0001-0000-0022", "0009-0001-0000-0030"
OWNER = {"Authorization": "Basic ZGVtbzpkZW1v"}


@pytest.fixture(scope="module")
def running():
    with started(dois=[DOIS_FILE]) as stands:
        yield stands.datacite


@pytest.fixture
def datacite(running):
    running.reset()
    return running


@pytest.fixture(scope="module")
def corpus():
    with started(dois=[shared("corpus/dois_testsystem.jsonl"), shared("corpus/dois.jsonl")]) as stands:
        yield stands.datacite


def get(stand: Remote, path: str = "/dois", **parameters: str) -> requests.Response:
    return requests.get(f"{stand.url}{path}", params=parameters, timeout=LIMIT)


def found(stand: Remote, query: str = "", **parameters: str) -> set[str]:
    """Return the DOIs a search finds, without the prefix of the demo."""
    chosen = {"query": query} if query else {}
    answer = get(stand, **chosen, **parameters, **{"page[size]": "1000", "disable-facets": "true"})
    assert answer.status_code == 200, answer.text
    return {each["id"].removeprefix("10.5072/") for each in answer.json()["data"]}


def put(stand: Remote, doi: str, **attributes: object) -> requests.Response:
    body = {"data": {"id": doi, "type": "dois", "attributes": attributes}}
    return requests.put(f"{stand.url}/dois/{doi}", json=body, timeout=LIMIT)


def complete(**changes: object) -> dict[str, object]:
    """Return what a DOI needs to be findable."""
    return {
        "titles": [{"title": "Tides"}],
        "creators": [{"name": "Alvarado, Alice", "nameType": "Personal"}],
        "publisher": "Demo Repository",
        "publicationYear": 2026,
        "types": {"resourceTypeGeneral": "Dataset"},
        "url": "https://repository.example/tides",
        "event": "publish",
        **changes,
    }


def test_a_doi_alone_has_everything(datacite):
    answer = get(datacite, "/dois/10.5072/tide-gauges").json()["data"]

    assert (answer["id"], answer["type"]) == ("10.5072/tide-gauges", "dois")
    assert {"prefix", "suffix", "xml", "viewsOverTime", "alternateIdentifiers"} <= answer["attributes"].keys()
    assert {"client", "provider", "media", "references", "versionOf"} <= answer["relationships"].keys()
    assert answer["attributes"]["publisher"] == "Demo Repository"
    assert answer["attributes"]["creators"][0]["affiliation"] == ["University of Example"]


def test_affiliations_and_publisher_are_objects_when_asked_for(datacite):
    attributes = get(datacite, "/dois/10.5072/tide-gauges", affiliation="true", publisher="true").json()[
        "data"
    ]["attributes"]

    assert attributes["publisher"] == {"name": "Demo Repository"}
    assert attributes["creators"][0]["affiliation"] == [{"name": "University of Example"}]


def test_a_list_is_less_detailed_unless_asked(datacite):
    def shape(**parameters: str) -> tuple[bool, set[str]]:
        first = get(datacite, **parameters).json()["data"][0]
        return "prefix" in first["attributes"], set(first["relationships"])

    assert shape() == (False, {"client"})
    assert shape(detail="true")[0] is True


def test_fields_can_be_chosen(datacite):
    attributes = get(datacite, **{"fields[dois]": "titles,updated"}).json()["data"][0]["attributes"]

    assert set(attributes) == {"titles", "updated"}


@pytest.mark.parametrize("doi", ["10.5072/unknown", "10.5072/not-yet", "nonsense"])
def test_what_is_not_findable_does_not_exist_for_the_anonymous(datacite, doi):
    answer = get(datacite, f"/dois/{doi}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/vnd.api+json")
    assert answer.json() == {
        "errors": [{"status": "404", "title": "The resource you are looking for doesn't exist."}]
    }


def test_its_owner_sees_what_is_registered_only(datacite):
    answer = requests.get(f"{datacite.url}/dois/10.5072/not-yet", headers=OWNER, timeout=LIMIT)

    assert answer.json()["data"]["attributes"]["state"] == "registered"
    assert "not-yet" not in found(datacite)


def test_names_of_dois_may_hold_any_character(datacite):
    doi = "10.5072/0022-328x(93)83271-v<1:2>#frag?;50%"
    path = f"{datacite.url}/dois/{quote(doi, safe='/')}"
    body = {"data": {"type": "dois", "attributes": complete()}}

    assert requests.put(path, json=body, timeout=LIMIT).status_code == 201
    assert requests.get(path, timeout=LIMIT).json()["data"]["id"] == doi
    assert requests.head(path, timeout=LIMIT).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tidekit", {"tidekit"}),
        ("Gauge COAST", {"tide-gauges", "tide-gauges-v2", "tide-gauges-all"}),
        ("tidekit OR marsh", {"tidekit", "salt-marsh"}),
        ("coast AND NOT gauge", set()),
        ("gauge -hand", {"tide-gauges-all"}),
        ('"harmonic analysis"', {"tidekit"}),
        ('"analysis harmonic"', set()),
        ("titles.title:(charts OR cores)", {"old-charts", "bare-id"}),
        ("harmon*", {"tidekit"}),
        ("盐沼植被的遥感监测", {"salt-marsh"}),
        ("creators.name:Castellan titles.title:hurry", {"tidekit"}),
        ("types.resourceTypeGeneral:Software", {"tidekit"}),
        ("publicationYear:[1800 TO 1900]", {"old-charts"}),
        ("doi:10.5072/tidekit", {"tidekit"}),
        ("(tidekit OR cores) AND creators.familyName:Baptiste", {"bare-id"}),
        ("relatedIdentifiers.relatedIdentifier:10.5072\\/tides\\-article", {"tide-gauges", "tides-figure-3"}),
        ("_exists_:container.volume", {"tides-article"}),
        ("nosuchfield:tides", set()),
    ],
)
def test_searches_find_what_they_name(datacite, query, expected):
    assert found(datacite, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f'creators.nameIdentifiers.nameIdentifier:"https://orcid.org/{BOB}"', {"tides-article"}),
        (f'creators.nameIdentifiers.nameIdentifier:("{BOB}")', {"bare-id"}),
        (
            f'creators_and_contributors.nameIdentifiers.nameIdentifier:({BOB} OR "https://orcid.org/{BOB}")',
            {"tides-article", "bare-id"},
        ),
        (f'contributors.nameIdentifiers.nameIdentifier:"https://orcid.org/{BOB}"', set()),
        (
            f'creators.nameIdentifiers.nameIdentifier:"https://orcid.org/{CHARLIE}" AND tidekit',
            {"tidekit"},
        ),
    ],
    ids=["as a URL", "bare", "either, any role", "other role", "with words"],
)
def test_dois_are_found_by_the_id_they_name_as_it_is_written(datacite, query, expected):
    assert found(datacite, query) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"user-id": BOB}, {"tides-article"}),
        ({"user-id": f"https://orcid.org/{BOB}"}, {"tides-article"}),
        ({"user_id": BOB}, {"tides-article"}),
        ({"client-id": "demo.journal,demo.raid"}, {"tides-article", "raid-coasts"}),
        ({"resource-type-id": "journal-article"}, {"tides-article"}),
        ({"created": "2024"}, {"old-charts"}),
        ({"prefix": "10.9999"}, set()),
        ({"ids": "10.5072/tidekit,10.5072/not-yet,10.5072/TIDES-article"}, {"tidekit", "tides-article"}),
        ({"state": "registered"}, set()),
    ],
    ids=str,
)
def test_filters(datacite, filters, expected):
    assert found(datacite, **filters) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("[2026-01-19T14:03:00Z TO 2026-01-19T14:03:01Z]", {"tide-gauges-v2", "tide-gauges-all"}),
        ("[2026-01-19T14:03:00Z TO 2026-01-19T14:03:01Z}", {"tide-gauges-v2"}),
        ("{2026-01-19T14:03:00Z TO 2026-01-19T14:03:01Z]", {"tide-gauges-all"}),
        ("[2026-01-01 TO 2026-01-19]", {"tide-gauges-v2", "tide-gauges-all"}),
        ("[2026-01 TO *]", {"tide-gauges-v2", "tide-gauges-all"}),
        ("[* TO 2024]", {"old-charts"}),
        ("[2026-01-20 TO 2026-01-21]", set()),
    ],
)
def test_changes_are_found_by_windows_that_include_their_ends(datacite, window, expected):
    assert found(datacite, f"updated:{window}") == expected


@pytest.mark.parametrize(
    "query",
    ["updated:[2026 TO", "(tides", "tides)", '"tides', "tides AND", "updated:[soon TO late]", "a:b:c"],
)
def test_a_query_that_can_not_be_read_is_refused_with_errors_as_an_object(datacite, query):
    answer = get(datacite, query=query)

    assert answer.status_code == 400
    assert isinstance(answer.json()["errors"], dict)
    assert answer.json()["errors"]["title"]


def walk(stand: Remote, size: int, **parameters: str) -> tuple[list[dict], list[str]]:
    """Go through a list by cursors, each request built anew as a careful client does."""
    records, cursors, cursor = [], [], "1"
    while cursor:
        cursors.append(cursor)
        page = {"page[cursor]": cursor, "page[size]": str(size), "disable-facets": "true"}
        answer = get(stand, **parameters, **page).json()
        records += answer["data"]
        link = answer["links"].get("next", "")
        cursor = (parse_qs(urlsplit(link).query).get("page[cursor]") or [""])[0]
    return records, cursors


def test_a_cursor_walks_through_everything_once_in_the_order_of_creation(datacite):
    records, cursors = walk(datacite, 4, sort="-created")

    created = [record["attributes"]["created"] for record in records]
    assert (len(records), len({record["id"] for record in records})) == (11, 11)
    assert created == sorted(created), "with a cursor, sort is ignored"
    padded = cursors[1] + "=" * (-len(cursors[1]) % 4)
    moment, doi = base64.urlsafe_b64decode(padded).decode().split(",")
    assert (int(moment) / 1000, doi) == (
        datetime.fromisoformat(created[3]).timestamp(),
        records[3]["id"],
    )


def test_a_cursor_goes_on_where_it_was_whatever_happens_in_between(datacite):
    first = get(datacite, **{"page[cursor]": "1", "page[size]": "6"}).json()
    put(datacite, "10.5072/brand-new", **complete())
    put(datacite, first["data"][0]["id"], titles=[{"title": "Changed meanwhile"}])

    rest = requests.get(first["links"]["next"], timeout=LIMIT).json()["data"]

    assert [record["id"] for record in rest][-1] == "10.5072/brand-new"
    assert not {record["id"] for record in rest} & {record["id"] for record in first["data"]}


def test_the_next_link_forgets_what_the_real_one_forgets(datacite):
    answer = get(
        datacite,
        query="publisher:Demo",
        affiliation="true",
        sort="name",
        **{"user-id": ALICE, "page[cursor]": "1", "page[size]": "2"},
    ).json()

    kept = parse_qs(urlsplit(answer["links"]["next"]).query)
    assert kept.keys() == {"query", "affiliation", "page[cursor]", "page[size]"}


def test_there_is_no_next_link_after_a_short_page(datacite):
    assert "next" not in get(datacite, **{"page[cursor]": "1", "page[size]": "12"}).json()["links"]
    assert "next" in get(datacite, **{"page[cursor]": "1", "page[size]": "11"}).json()["links"]


def test_a_cursor_nobody_gave_is_refused(datacite):
    assert get(datacite, **{"page[cursor]": "%%%"}).status_code == 400


def test_numbered_pages_have_their_own_order_and_an_end(datacite):
    answer = get(datacite, sort="name", **{"page[number]": "2", "page[size]": "4"}).json()

    assert (answer["meta"]["total"], answer["meta"]["totalPages"], answer["meta"]["page"]) == (11, 3, 2)
    assert [each["id"] for each in answer["data"]] == sorted(each["id"] for each in answer["data"])
    far = get(datacite, **{"page[number]": "99999", "page[size]": "1000"}).json()
    assert (far["meta"]["page"], far["data"]) == (10, [])


def test_facets_are_there_unless_disabled(datacite):
    assert {"id": "2026", "title": "2026", "count": 1} in get(datacite).json()["meta"]["created"]
    assert get(datacite, **{"disable-facets": "true"}).json()["meta"].keys() == {
        "total",
        "totalPages",
        "page",
    }


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


def test_every_recorded_doi_comes_back_with_what_was_recorded(corpus):
    recorded = [json.loads(line) for line in shared("corpus/dois.jsonl").read_bytes().splitlines()]
    same = (
        "titles",
        "dates",
        "types",
        "relatedIdentifiers",
        "descriptions",
        "created",
        "updated",
        "container",
    )
    session = requests.Session()
    different = []

    for record in recorded[::7]:
        url = f"{corpus.url}/dois/{quote(record['id'], safe='/')}"
        attributes = session.get(url, timeout=LIMIT).json()["data"]["attributes"]
        if any(attributes[name] != record["attributes"][name] for name in same):
            different.append(record["id"])

    assert different == []


def test_the_shape_of_a_doi_is_the_recorded_one(corpus):
    recorded = [json.loads(line) for line in shared("corpus/dois.jsonl").read_bytes().splitlines()]
    alone = [each for each in recorded if "/dois/10." in each.get("_request", "")]
    newest = max(alone, key=lambda each: each["_recorded_at"])

    ours = get(corpus, f"/dois/{newest['id']}").json()["data"]

    assert set(newest["attributes"]) <= set(ours["attributes"])
    assert set(newest["relationships"]) <= set(ours["relationships"])


def test_lists_leave_out_other_agencies_unless_asked(corpus):
    def total(**parameters: str) -> int:
        return get(corpus, **parameters, **{"disable-facets": "true", "page[size]": "1"}).json()["meta"][
            "total"
        ]

    assert total(**{"include-other-registration-agencies": "true"}) > total() > 3000


def test_a_walk_through_thousands_of_records_meets_each_once_and_is_quick(corpus):
    begun = time.perf_counter()

    records, cursors = walk(corpus, 1000, query="updated:[2000 TO *]", affiliation="true")

    total = get(corpus, query="updated:[2000 TO *]").json()["meta"]["total"]
    assert (len(records), len({record["id"] for record in records})) == (total, total)
    assert len(cursors) == total // 1000 + 1
    assert time.perf_counter() - begun < 10

"""Reading from the DataCite stand-in, over real HTTP."""

import base64
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from sandbox.serving import DOIS_FILE, started
from tests.support.datacite_calls import ALICE, BOB, CHARLIE, LIMIT, OWNER, complete, found, get, put, walk


@pytest.fixture(scope="module")
def running():
    with started(dois=[DOIS_FILE]) as stands:
        yield stands.datacite


@pytest.fixture
def datacite(running):
    running.reset()
    return running


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
    ids=lambda given: str(sorted(given)),
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


def test_a_cursor_no_one_gave_is_refused(datacite):
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


def test_facets_name_kinds_as_filters_do_and_years_newest_first(datacite):
    meta = get(datacite).json()["meta"]

    assert {"id": "journal-article", "title": "JournalArticle", "count": 1} in meta["resourceTypes"]
    years = [year["id"] for year in meta["published"]]
    assert years == sorted(years, reverse=True)
    for kind in meta["resourceTypes"]:
        assert get(datacite, **{"resource-type-id": kind["id"]}).json()["meta"]["total"] == kind["count"]

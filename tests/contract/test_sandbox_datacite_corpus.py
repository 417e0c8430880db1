"""The DataCite stand-in held against recorded records of the real API."""

import json
from urllib.parse import quote

import pytest
import requests

from sandbox.serving import started
from tests.support.datacite_calls import LIMIT, get, walk
from tests.support.shared import shared


@pytest.fixture(scope="module")
def corpus():
    with started(dois=[shared("corpus/dois_testsystem.jsonl"), shared("corpus/dois.jsonl")]) as stands:
        yield stands.datacite


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


def test_a_walk_through_thousands_of_records_meets_each_once(corpus):
    records, cursors = walk(corpus, 1000, query="updated:[2000 TO *]", affiliation="true")

    total = get(corpus, query="updated:[2000 TO *]").json()["meta"]["total"]
    assert (len(records), len({record["id"] for record in records})) == (total, total)
    assert len(cursors) == total // 1000 + 1

"""Calls to the DataCite stand-in, as few words as most tests need."""

from urllib.parse import parse_qs, urlsplit

import requests

from sandbox.remote import Remote

LIMIT = 20
ALICE, BOB, CHARLIE = "0009-0001-0000-0014", "0009-0001-0000-0022", "0009-0001-0000-0030"
OWNER = {"Authorization": "Basic ZGVtbzpkZW1v"}


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

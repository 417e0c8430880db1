"""DataCite in a burst: its list of changes, lists by name, single DOIs, repositories; all else is refused.

python -m bench.rehearsal.registry PORT BEGAN

A record is made when it is asked for. The list lags a second behind, as a search index does.
"""

import copy
import re
import sys
import time
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec
from aiohttp import web
from bench.records import Generator
from bench.rehearsal.plan import (
    GROUP,
    Plan,
    base_of,
    doi_of,
    later_change,
    moment_text,
    people_of,
    person_id,
    title_of,
)

LIST_LAG: Final = 1.0
MAX_SHAPE: Final = 50_000
"""Larger records are rare, and a page of a thousand would be all that they are."""
OUTAGE: Final = (0.55, 15.0)
"""DataCite answers 502 from this part of the run on, for so many seconds."""
_WINDOW: Final = re.compile(r"updated:\[(\S+) TO (\S+)\]")
_DOI: Final = re.compile(r"10\.5072/burst\.(\d+)")
_encode: Final = msgspec.json.Encoder().encode


class Registry:
    """All DOIs of the run, as they are at a moment."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        made = islice(Generator(records=2_000, orcid_share=0.3).lines(), 400)
        records = [msgspec.json.decode(line) for line in made if len(line) < MAX_SHAPE]
        # A DOI of Crossref in DataCite's list is never claimed.
        self._shapes = [one for one in records if "crossref" not in str(one["relationships"])]

    def record(self, base: int, now: float) -> dict[str, Any] | None:
        """Return a DOI's record, None when it is not registered yet."""
        if base_of(base) != base or base >= self.plan.visible(now):
            return None
        later = later_change(base)
        is_changed = later is not None and later < self.plan.visible(now)
        shape = self._shapes[base % len(self._shapes)]
        record = copy.copy(shape)
        doi = doi_of(base)
        registered = moment_text(self.plan.at(base))
        attributes = {
            **shape["attributes"],
            "doi": doi,
            "created": registered,
            "registered": registered,
            "updated": moment_text(self.plan.at(later if is_changed and later is not None else base)),
        }
        if people := people_of(base, self.plan):
            attributes["titles"] = [{"title": title_of(base, is_corrected=is_changed and base % GROUP == 0)}]
            attributes["creators"] = [_creator(person) for person in people]
            attributes["relatedIdentifiers"] = []
            attributes["types"] = {"resourceTypeGeneral": "Dataset"}
        return {**record, "id": doi, "attributes": attributes}

    def changed(self, since: float, until: float, begin: int, size: int) -> tuple[list[Any], int | None]:
        """Return a page of the DOIs whose last change lies in a window, and where the next page begins."""
        now = time.time() - LIST_LAG
        first = max(int((since - self.plan.began) * self.plan.rate), 0)
        last = self.plan.visible(min(until + 0.999, now))
        number = max(first, begin)
        page: list[Any] = []
        while number < last and len(page) < size:
            base, later = base_of(number), later_change(number)
            is_newest = base != number or later is None or later >= self.plan.visible(now)
            if is_newest and (record := self.record(base, now)):
                page.append(record)
            number += 1
        return page, number if number < last else None


def _creator(person: int) -> dict[str, Any]:
    iri = f"https://orcid.org/{person_id(person)}"
    given, family = f"Given{person % 1500}", f"Family{person % 40_000}"
    return {
        "name": f"{family}, {given}",
        "nameType": "Personal",
        "givenName": given,
        "familyName": family,
        "nameIdentifiers": [
            {"nameIdentifier": iri, "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        ],
    }


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def make_app(plan: Plan) -> web.Application:
    """Build the application."""
    registry = Registry(plan)
    outage = plan.began + plan.seconds * OUTAGE[0]

    @web.middleware
    async def out_of_order(request: web.Request, handler: Any) -> web.StreamResponse:
        if outage <= time.time() < outage + OUTAGE[1]:
            return web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html")
        return await handler(request)  # type: ignore[no-any-return]

    async def search(request: web.Request) -> web.Response:
        query = request.query
        names = [int(found[1]) for found in _DOI.finditer(query.get("ids", ""))]
        window = _WINDOW.fullmatch(query.get("query", ""))
        if names:
            found = [registry.record(name, time.time() - LIST_LAG) for name in names]
            return _json({"data": [one for one in found if one], "meta": {"total": len(names)}, "links": {}})
        if window is None:
            return _json({"errors": [{"status": "400", "title": "not played here"}]}, status=400)
        begin, size = int(query.get("page[cursor]", "1")), int(query.get("page[size]", "25"))
        data, following = registry.changed(
            _moment(window[1]), _moment(window[2]), 0 if begin == 1 else begin, size
        )
        links = {"next": f"http://{request.host}/dois?page%5Bcursor%5D={following}"} if following else {}
        return _json({"data": data, "meta": {"total": len(data)}, "links": links})

    async def single(request: web.Request) -> web.Response:
        found = _DOI.fullmatch(request.match_info["doi"])
        record = registry.record(int(found[1]), time.time()) if found else None
        return _json({"data": record}) if record else _json({"errors": [{"status": "404"}]}, status=404)

    async def repository(request: web.Request) -> web.Response:
        return _json({"data": {"attributes": {"clientType": "repository", "name": request.match_info["id"]}}})

    app = web.Application(middlewares=[out_of_order])
    app.add_routes(
        [web.get("/dois", search), web.get("/dois/{doi:.+}", single), web.get("/clients/{id}", repository)]
    )
    return app


def _json(content: Any, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=_encode(content), content_type="application/json")


def main() -> None:
    """Serve until stopped."""
    import dataclasses

    plan = dataclasses.replace(Plan.from_environment(), began=float(sys.argv[2]))
    web.run_app(make_app(plan), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()

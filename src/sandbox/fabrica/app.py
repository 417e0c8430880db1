"""The Fabrica stand-in as one application; it shows the DOIs of the DataCite stand-in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.control import ControlEndpoints
from sandbox.datacite.records import Record, Records
from sandbox.pages import Pages

routes = web.RouteTableDef()
PAGES: Final = Pages(Path(__file__).parent / "templates", stand_in_for="DataCite Fabrica")
RECORDS: Final[web.AppKey[Callable[[], Records]]] = web.AppKey("records", Callable)  # type: ignore[arg-type]
_SHOWN: Final = 1_000


def make_app(records: Callable[[], Records]) -> web.Application:
    """Build the stand-in on the records of the DataCite stand-in."""
    app = web.Application()
    app[RECORDS] = records
    app.add_routes(routes)
    PAGES.add_routes(app)
    ControlEndpoints("fabrica", reset=lambda: None, state=lambda: {"dois": len(records())}).attach(app)
    return app


@routes.get("/")
@routes.get("/dois")
async def dois(request: web.Request) -> web.Response:
    """List the DOIs that hold each word of the query, with an iD's DOIs found by the iD alone."""
    text = request.query.get("query", "").strip()
    words = text.lower().split()
    fitting = [record for record in request.app[RECORDS]() if all(word in _words(record) for word in words)]
    newest = sorted(fitting, key=lambda record: record.updated, reverse=True)
    shown = [_shown(record) for record in newest[:_SHOWN]]
    return PAGES.page("dois.html", text=text, total=len(fitting), records=shown)


def _words(record: Record) -> str:
    return f"{record.doi} {_title(record)} {' '.join(record.name_identifiers())}".lower()


def _title(record: Record) -> str:
    titles = record.attributes.get("titles") or [{}]
    return str(titles[0].get("title") or record.doi)


def _shown(record: Record) -> dict[str, Any]:
    return {"doi": record.doi, "title": _title(record), "state": record.attributes.get("state")}

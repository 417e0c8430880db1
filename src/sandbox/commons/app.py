"""The Commons stand-in as one application; it shows the works of the DataCite stand-in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from sandbox.commons.claims import Claim, Profiles
from sandbox.commons.session import signed_in
from sandbox.control import ControlEndpoints, ControlError
from sandbox.datacite.records import Record, Records
from sandbox.pages import Pages

routes = web.RouteTableDef()
PAGES: Final = Pages(Path(__file__).parent / "templates", stand_in_for="DataCite Commons")
RECORDS: Final[web.AppKey[Callable[[], Records]]] = web.AppKey("records", Callable)  # type: ignore[arg-type]
PROFILES: Final = web.AppKey("profiles", Profiles)
ORCID: Final[web.AppKey[Callable[[], str]]] = web.AppKey("orcid", Callable)  # type: ignore[arg-type]
_SHOWN: Final = 50


def make_app(records: Callable[[], Records], *, orcid_url: Callable[[], str]) -> web.Application:
    """Build the stand-in on the records of the DataCite stand-in."""
    app = web.Application()
    profiles = Profiles()
    app[RECORDS], app[PROFILES], app[ORCID] = records, profiles, orcid_url
    app.add_routes(routes)
    PAGES.add_routes(app)

    def set_profiles(body: Any) -> dict[str, str]:
        if not isinstance(body, dict) or not str(body.get("url", "")).startswith("http"):
            raise ControlError("the address of Profiles is needed: url")
        profiles.url = str(body["url"]).rstrip("/")
        return {"url": profiles.url}

    ControlEndpoints(
        "commons",
        reset=lambda: None,
        state=lambda: {"profiles": profiles.url},
        commands={"profiles": set_profiles},
    ).attach(app)
    return app


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """Show the search, and the newest works."""
    return _page(request, "search.html", text="", works=_found(request, ""))


@routes.get("/doi.org")
async def search(request: web.Request) -> web.Response:
    """Search works by words or an iD."""
    text = request.query.get("query", "").strip()
    return _page(request, "search.html", text=text, works=_found(request, text))


@routes.get(r"/orcid.org/{orcid:[\dXx-]+}")
async def person(request: web.Request) -> web.Response:
    """Show a person's page: the works that name their iD."""
    orcid_id = request.match_info["orcid"].upper()
    return _page(request, "person.html", orcid_id=orcid_id, works=_found(request, orcid_id))


@routes.get(r"/doi.org/{doi:.+}")
async def work(request: web.Request) -> web.Response:
    """Show a work with the button of its claim."""
    record = _record(request)
    visitor = signed_in(request)
    claim = await request.app[PROFILES].claim_of(visitor, record.doi) if visitor else Claim()
    failure = request.query.get("failure", "")
    return _page(request, "work.html", work=_shown(record), claim=claim, failure=failure)


@routes.post(r"/doi.org/{doi:.+}")
async def change(request: web.Request) -> web.Response:
    """Add the work, or remove its claim, and show the work again."""
    record, visitor = _record(request), signed_in(request)
    sent = await request.post()
    failure = ""
    if visitor is not None and sent.get("claim"):
        failure = await request.app[PROFILES].remove(visitor, str(sent["claim"]))
    elif visitor is not None:
        failure = await request.app[PROFILES].add(visitor, record.doi)
    address = f"/doi.org/{quote(record.doi)}" + (f"?failure={quote(failure)}" if failure else "")
    return web.Response(status=303, headers={"Location": address})


def _page(request: web.Request, template: str, **facts: Any) -> web.Response:
    page = PAGES.page(
        template,
        visitor=signed_in(request),
        profiles=request.app[PROFILES].url,
        orcid_url=request.app[ORCID](),
        **facts,
    )
    # As browsers do by default: another site learns where a person comes from, not from which page.
    page.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return page


def _record(request: web.Request) -> Record:
    record = request.app[RECORDS]().get(request.match_info["doi"].lower())
    if record is None or not record.is_findable:
        raise web.HTTPNotFound(text="There is no such work in this stand-in.")
    return record


def _found(request: web.Request, text: str) -> list[dict[str, Any]]:
    words = text.lower().split()
    records = [record for record in request.app[RECORDS]() if record.is_findable]
    fitting = [record for record in records if all(word in _words(record) for word in words)]
    newest = sorted(fitting, key=lambda record: record.updated, reverse=True)
    return [_shown(record) for record in newest[:_SHOWN]]


def _words(record: Record) -> str:
    shown = _shown(record)
    people = " ".join(record.name_identifiers())
    return f"{record.doi} {shown['title']} {shown['creators']} {people}".lower()


def _shown(record: Record) -> dict[str, Any]:
    titles = record.attributes.get("titles") or [{}]
    creators = record.attributes.get("creators") or []
    return {
        "doi": record.doi,
        "title": titles[0].get("title") or record.doi,
        "creators": "; ".join(str(each.get("name") or "?") for each in creators[:10]),
        "year": record.attributes.get("publicationYear"),
    }

"""Pages to act as a repository by hand: list recent DOIs, register one, correct a title."""

from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.datacite import writing
from sandbox.datacite.records import Record
from sandbox.datacite.state import STATE
from sandbox.pages import Pages
from sandbox.people import Person

routes = web.RouteTableDef()
PAGES: Final = Pages(Path(__file__).parent / "templates", stand_in_for="DataCite")
PEOPLE: Final[web.AppKey[list[Person]]] = web.AppKey("people", list)
_RECENT: Final = 25
_TYPES: Final = ("Dataset", "Software", "Text", "JournalArticle", "Image", "Preprint", "Other")


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """Show recent DOIs and the form to register one."""
    return _front(request)


@routes.post("/__sandbox__/pages/register")
async def register(request: web.Request) -> web.Response:
    """Register a DOI from the form."""
    form = {name: str(value).strip() for name, value in (await request.post()).items()}
    person = _person(request, form.get("orcid", ""))
    if not form.get("title") or person is None:
        return _front(request, problem="A DOI needs a title, and a creator from the list.", status=422)
    state = request.app[STATE]
    body = {"data": {"type": "dois", "attributes": _attributes(form, person, state.now().year)}}
    record, _is_new = writing.write(state.records, None, body, now=state.now)
    return _front(request, done=f"Registered {record.doi}.", status=201)


@routes.get("/__sandbox__/pages/doi")
async def doi(request: web.Request) -> web.Response:
    """Show one DOI with the form to correct its title."""
    record = request.app[STATE].records.get(request.query.get("doi", ""))
    if record is None:
        return _front(request, problem="There is no such DOI here.", status=404)
    return PAGES.page("doi.html", record=_shown(record), done="")


@routes.post("/__sandbox__/pages/doi")
async def correct(request: web.Request) -> web.Response:
    """Correct the title of a DOI."""
    form = {name: str(value).strip() for name, value in (await request.post()).items()}
    state = request.app[STATE]
    record = state.records.get(form.get("doi", ""))
    if record is None or not form.get("title"):
        return _front(request, problem="There is no such DOI here, or the title is empty.", status=422)
    titles = [{**(_titles(record)[0]), "title": form["title"]}, *_titles(record)[1:]]
    body = {"data": {"type": "dois", "attributes": {"titles": titles}}}
    changed, _is_new = writing.write(state.records, record.doi, body, now=state.now)
    return PAGES.page("doi.html", record=_shown(changed), done="The title is corrected.")


def _front(request: web.Request, *, done: str = "", problem: str = "", status: int = 200) -> web.Response:
    records = sorted(request.app[STATE].records, key=lambda record: record.updated, reverse=True)
    return PAGES.page(
        "front.html",
        status=status,
        total=len(records),
        records=[_shown(record) for record in records[:_RECENT]],
        people=[person for person in request.app[PEOPLE] if person.get("orcid")],
        types=_TYPES,
        done=done,
        problem=problem,
    )


def _shown(record: Record) -> dict[str, Any]:
    creators = record.attributes.get("creators") or []
    return {
        "doi": record.doi,
        "title": _titles(record)[0].get("title") or "(no title)",
        "creators": "; ".join(str(each.get("name") or "?") for each in creators[:10]) or "no one",
        "more": max(len(creators) - 10, 0),
        "identifiers": sorted(record.name_identifiers()),
        "state": record.attributes.get("state"),
        "updated": record.attributes.get("updated"),
        "version": record.attributes.get("metadataVersion"),
    }


def _titles(record: Record) -> list[dict[str, Any]]:
    return record.attributes.get("titles") or [{"title": ""}]


def _person(request: web.Request, orcid_id: str) -> Person | None:
    return next((each for each in request.app[PEOPLE] if orcid_id and each.get("orcid") == orcid_id), None)


def _attributes(form: dict[str, str], person: Person, year: int) -> dict[str, Any]:
    identifier = {
        "nameIdentifier": f"https://orcid.org/{person['orcid']}",
        "nameIdentifierScheme": "ORCID",
        "schemeUri": "https://orcid.org",
    }
    creator = {
        "nameType": "Personal",
        "givenName": person.get("given_names"),
        "familyName": person.get("family_name"),
        "nameIdentifiers": [identifier],
    }
    kind = form.get("type") if form.get("type") in _TYPES else "Dataset"
    return {
        "event": "publish",
        "titles": [{"title": form["title"]}],
        "creators": [creator],
        "publisher": "Demo Repository",
        "publicationYear": year,
        "types": {"resourceTypeGeneral": kind},
        "url": "https://repository.example/landing",
    }

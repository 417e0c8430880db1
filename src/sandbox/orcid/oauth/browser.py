"""Browser sessions, forms and pages of the stand-in's own site."""

import secrets
from typing import Any, Final

from aiohttp import web

from sandbox.orcid.records.people import Person, RecordStatus
from sandbox.orcid.state import BrowserSession
from sandbox.orcid.wire.answers import STATE
from sandbox.pages import Pages

# Its own name: cookies of one host are shared between all the stand-ins' ports.
COOKIE: Final = "stand_in_orcid_session"
_SESSION: Final = web.RequestKey("session", BrowserSession)
_NEW: Final = web.RequestKey("new_session", str)
PAGES: Final = web.AppKey("pages", Pages)


def session(request: web.Request) -> BrowserSession:
    """Return this browser's session, or a new one."""
    known = request.get(_SESSION)
    if known is None:
        identifier = request.cookies.get(COOKIE, "")
        known = request.app[STATE].sessions.get(identifier)
        if known is None:
            identifier = secrets.token_urlsafe(24)
            known = BrowserSession(csrf=secrets.token_urlsafe(24))
            request[_NEW] = identifier
            request.app[STATE].sessions[identifier] = known
        request[_SESSION] = known
    return known


def signed_in(request: web.Request) -> Person | None:
    """Return the signed-in person if their record is usable."""
    person = request.app[STATE].people.get(session(request).orcid_id or "")
    return person if person and person.status is RecordStatus.ACTIVE else None


def page(request: web.Request, template: str, *, status: int = 200, **facts: Any) -> web.Response:
    """Render a page and set the session cookie."""
    current = session(request)
    response = request.app[PAGES].page(
        template,
        status=status,
        csrf=current.csrf,
        person=signed_in(request),
        path=request.path_qs,
        **facts,
    )
    return keep_session(request, response)


def redirect(request: web.Request, location: str) -> web.Response:
    """Redirect the browser by GET, and set the session cookie."""
    response = web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})
    return keep_session(request, response)


def keep_session(request: web.Request, response: web.Response) -> web.Response:
    """Set the cookie when the session is new."""
    if _NEW in request:
        response.set_cookie(COOKIE, request[_NEW], httponly=True, samesite="Lax", path="/")
    return response


async def form(request: web.Request) -> dict[str, str]:
    """Return a form of one of our own pages.

    Raises:
        HTTPForbidden: it did not come from our page.
    """
    sent = {key: str(value) for key, value in (await request.post()).items()}
    if not secrets.compare_digest(sent.get("csrf", "").encode(), session(request).csrf.encode()):
        raise web.HTTPForbidden(
            text="This form is out of date or did not come from this page. Go back and reload."
        )
    return sent


def sign_in(request: web.Request, person: Person) -> None:
    """Sign the person in under a new session id."""
    sessions = request.app[STATE].sessions
    sessions.pop(request.cookies.get(COOKIE, ""), None)
    sessions.pop(request.get(_NEW, ""), None)
    identifier = secrets.token_urlsafe(24)
    fresh = BrowserSession(
        csrf=secrets.token_urlsafe(24),
        orcid_id=person.orcid_id,
        signed_in_at=request.app[STATE].now(),
    )
    sessions[identifier] = fresh
    request[_NEW], request[_SESSION] = identifier, fresh


def local_path(text: str) -> str:
    """Return a path of this site to continue to, or the front page."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else "/"

"""Browser sessions and forms of the stand-in."""

import secrets
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from sandbox.globus.state import GlobusState, Session
from sandbox.pages import Pages

STATE: Final = web.AppKey("globus_state", GlobusState)
PAGES: Final = Pages(Path(__file__).parent / "templates", stand_in_for="Globus")
# Its own name: cookies of one host are shared between all the stand-ins' ports.
COOKIE: Final = "stand_in_globus_session"
_SESSION: Final = web.RequestKey("session", Session)
_NEW: Final = web.RequestKey("new_session", str)


def session(request: web.Request) -> Session:
    """Return this browser's session, or a new one."""
    session_found = request.get(_SESSION) or request.app[STATE].sessions.get(request.cookies.get(COOKIE, ""))
    if session_found is None:
        identifier = secrets.token_urlsafe(24)
        session_found = request.app[STATE].sessions[identifier] = Session()
        request[_NEW] = identifier
    request[_SESSION] = session_found
    return session_found


def page(request: web.Request, template: str, *, status: int = 200, **facts: Any) -> web.Response:
    """Render a page and set the session cookie."""
    current = session(request)
    response = PAGES.page(template, status=status, csrf=current.csrf, login=current.login, **facts)
    return with_session_cookie(request, response)


def see_other(request: web.Request, location: str) -> web.Response:
    """Redirect the browser and set the session cookie."""
    response = web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})
    return with_session_cookie(request, response)


def with_session_cookie(request: web.Request, response: web.Response) -> web.Response:
    """Set the cookie of a new session."""
    if _NEW in request:
        response.set_cookie(COOKIE, request[_NEW], httponly=True, samesite="Lax", path="/")
    return response


async def own_form(request: web.Request) -> dict[str, str] | None:
    """Return the fields of a form, or None when it is not from a page of this browser's session."""
    fields = {name: str(value) for name, value in (await request.post()).items()}
    expected = session(request).csrf
    return fields if secrets.compare_digest(fields.get("csrf", ""), expected) else None

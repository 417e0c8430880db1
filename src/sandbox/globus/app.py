"""The Globus stand-in as one application."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.control import ControlEndpoints, ControlError
from sandbox.globus import login_pages, openid, token_endpoint
from sandbox.globus.browser import PAGES, STATE
from sandbox.globus.openid import ISSUER
from sandbox.globus.quirks import Quirks
from sandbox.globus.state import GlobusState
from sandbox.people import Person


def make_app(people: Iterable[Person] = (), *, base_url: Callable[[], str]) -> web.Application:
    """Build the stand-in with these people, in the shape of the people file.

    ``base_url`` is the issuer; it is called late, because a free port is only known after the start.
    """
    state = GlobusState(people)
    app = web.Application(middlewares=[token_endpoint.explained, login_pages.explained])
    app[STATE] = state
    app[ISSUER] = base_url
    for part in (login_pages, openid, token_endpoint):
        app.add_routes(part.routes)
    PAGES.add_routes(app)
    commands = {
        "people": lambda body: {"people": [holder.key for holder in state.add_people(body)]},
        "clients": lambda body: {"client_id": state.add_client(body).client_id},
        "rotate-keys": lambda body: {"kid": state.keys.rotate(keep_old=_keep_old(body))},
        "quirks": lambda body: _quirks(body, state),
    }
    ControlEndpoints("globus", reset=state.reset, state=state.export, commands=commands).attach(app)
    return app


def _keep_old(body: Any) -> bool:
    if not isinstance(body, dict):
        raise ControlError('the body is {"keep_old": true or false}')
    return bool(body.get("keep_old", True))


def _quirks(body: Any, state: GlobusState) -> Quirks:
    try:
        state.quirks = msgspec.convert(body, Quirks)
    except msgspec.ValidationError as error:
        raise ControlError(str(error)) from error
    return state.quirks

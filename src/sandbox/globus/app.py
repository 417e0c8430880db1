"""The Globus stand-in as one application."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.door import Door, OrderError
from sandbox.globus import login_pages, openid, token_endpoint
from sandbox.globus.browser import PAGES, STATE
from sandbox.globus.openid import ISSUER
from sandbox.globus.quirks import Quirks
from sandbox.globus.state import GlobusState
from sandbox.people import Person


def make_app(people: Iterable[Person] = (), *, base_url: Callable[[], str]) -> web.Application:
    """Build the stand-in with these people, in the shape of the people file.

    ``base_url`` is the issuer; it is asked late, because a free port is only known after the start.
    """
    state = GlobusState(people)
    app = web.Application(middlewares=[token_endpoint.explained, login_pages.explained])
    app[STATE] = state
    app[ISSUER] = base_url
    for part in (login_pages, openid, token_endpoint):
        app.add_routes(part.routes)
    PAGES.add_routes(app)
    orders = {
        "people": lambda order: {"people": [holder.key for holder in state.add_people(order)]},
        "clients": lambda order: {"client_id": state.add_client(order).client_id},
        "rotate-keys": lambda order: {"kid": state.keys.rotate(keep_old=_keep_old(order))},
        "quirks": lambda order: _quirks(order, state),
    }
    Door("globus", reset=state.reset, state=state.export, orders=orders).attach(app)
    return app


def _keep_old(order: Any) -> bool:
    if not isinstance(order, dict):
        raise OrderError('the order is {"keep_old": true or false}')
    return bool(order.get("keep_old", True))


def _quirks(order: Any, state: GlobusState) -> Quirks:
    try:
        state.quirks = msgspec.convert(order, Quirks)
    except msgspec.ValidationError as error:
        raise OrderError(str(error)) from error
    return state.quirks

"""The DataCite stand-in as one application."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.control import ControlEndpoints, ControlError
from sandbox.datacite import pages, rest
from sandbox.datacite.limits import Options
from sandbox.datacite.state import STATE, DataCiteState, Source
from sandbox.people import Person

_MAX_BODY = 64 * 1024 * 1024


def make_app(
    people: Iterable[Person] = (),
    *,
    base_url: Callable[[], str] = str,
    dois: Iterable[Source] = (),
) -> web.Application:
    """Build the stand-in with the records of these files (JSON:API records, one per line) or objects.

    ``base_url`` is not needed, as links of the API name the address it was called by; it is accepted so
    that all stand-ins are built alike. ``people`` are the creators to choose from on the page.
    """
    del base_url
    state = DataCiteState(dois)
    app = web.Application(middlewares=[rest.limited, rest.identified], client_max_size=_MAX_BODY)
    app[STATE] = state
    app[pages.PEOPLE] = list(people)
    app.add_routes(rest.routes)
    app.add_routes(pages.routes)
    pages.PAGES.add_routes(app)
    commands = {
        "dois": state.add_records,
        "clients": state.add_client,
        "api-keys": state.set_key,
        "tokens": state.make_token,
        "options": lambda body: _options(body, state),
    }
    ControlEndpoints("datacite", reset=state.reset, state=state.export, commands=commands).attach(app)
    return app


def _options(body: Any, state: DataCiteState) -> Options:
    try:
        state.limits.options = msgspec.convert(body, Options)
    except msgspec.ValidationError as error:
        raise ControlError(str(error)) from error
    return state.limits.options

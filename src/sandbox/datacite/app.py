"""The DataCite stand-in as one application."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.datacite import pages, rest
from sandbox.datacite.limits import Options
from sandbox.datacite.state import STATE, DataCiteState, Source
from sandbox.door import Door, OrderError
from sandbox.people import Person

_MAX_BODY = 64 * 1024 * 1024


def make_app(
    people: Iterable[Person] = (),
    *,
    base_url: Callable[[], str] = str,
    dois: Iterable[Source] = (),
) -> web.Application:
    """Build the stand-in with the records of these files (JSON:API records, one per line) or objects.

    ``base_url`` is not needed, as links of the API name the address it was called by; it is taken so that
    all stand-ins are built alike. ``people`` are the creators to choose from on the page.
    """
    del base_url
    state = DataCiteState(dois)
    app = web.Application(middlewares=[rest.limited], client_max_size=_MAX_BODY)
    app[STATE] = state
    app[pages.PEOPLE] = list(people)
    app.add_routes(rest.routes)
    app.add_routes(pages.routes)
    pages.PAGES.add_routes(app)
    orders = {
        "dois": state.add_records,
        "clients": state.add_client,
        "options": lambda order: _options(order, state),
    }
    Door("datacite", reset=state.reset, state=state.export, orders=orders).attach(app)
    return app


def _options(order: Any, state: DataCiteState) -> Options:
    try:
        state.limits.options = msgspec.convert(order, Options)
    except msgspec.ValidationError as error:
        raise OrderError(str(error)) from error
    return state.limits.options

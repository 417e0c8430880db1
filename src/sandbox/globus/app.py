"""The application."""

from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from sandbox.door import Door
from sandbox.people import Person


def make_app(
    people: Iterable[Person] = (),
    *,
    base_url: Callable[[], str] = str,
    dois: Iterable[Any] = (),
) -> web.Application:
    """Build the stand-in."""
    del base_url, dois
    app = web.Application()
    known = list(people)
    Door("globus", reset=dict, state=lambda: {"people": len(known)}).attach(app)
    return app

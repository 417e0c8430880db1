"""Answers of ORCID to a person who links their iD and permits Auto-Update in one step.

ORCID sends them to the address of the permission, because that one is registered for the client; signing in
handles them. Their ``state`` says which they are.
"""

import secrets
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

_PREFIX: Final = "link."
_handlers: Final[list[Callable[[HttpRequest], HttpResponse]]] = []


def register(handler: Callable[[HttpRequest], HttpResponse]) -> None:
    """Let this function handle the answers."""
    _handlers.append(handler)


def new_oauth_state() -> str:
    """Return a ``state`` for such an attempt."""
    return _PREFIX + secrets.token_urlsafe(32)


def handle(request: HttpRequest) -> HttpResponse | None:
    """Handle an answer; None: it answers something else."""
    if not request.GET.get("state", "").startswith(_PREFIX):
        return None
    return next((handler(request) for handler in _handlers), None)

"""What the toy provider shows and answers."""

import secrets
from dataclasses import dataclass, field
from html import escape


class RefusedError(Exception):
    """An error in the form of OAuth."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass
class Session:
    """A browser."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    person: str = ""
    auth_time: int = 0


@dataclass
class Answer:
    """What goes back."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def page(inside: str, *, status: int = 200, framed: bool = False) -> Answer:
    """Make a page."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    if not framed:
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return Answer(status, f"<!doctype html><title>Toy</title><main>{inside}</main>" + " " * 200, headers)


def form(session: Session, kind: str, inside: str, button: str = "") -> str:
    """Make a form that belongs to this browser."""
    press = f"<button>{button}</button>" if button else ""
    return (
        f'<form method="post" action=""><input type="hidden" name="form" value="{kind}">'
        f'<input type="hidden" name="csrf" value="{escape(session.csrf)}">{inside}{press}</form>'
    )

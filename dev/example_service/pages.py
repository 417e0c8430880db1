"""The pages of the example: a start page, the page of the signed-in person, and sign-out.

Sessions are kept in memory under a cookie; a real service has its own. No page needs a script.
"""

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import jinja2
from requests import RequestException

from dev.example_service.profiles import Attempt, Profiles, RefusedError, SignedIn

HERE: Final = Path(__file__).parent
COOKIE: Final = "example_service"
MAX_ATTEMPTS: Final = 5
LARGEST_FORM: Final = 20_000
HEADERS: Final = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
Start = Callable[..., Any]


@dataclass
class Visit:
    """A browser session."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    attempts: dict[str, Attempt] = field(default_factory=dict)
    """By state, because people open several tabs."""
    person: SignedIn | None = None


@dataclass(frozen=True)
class Answer:
    """A response to the browser."""

    status: str = "200 OK"
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def see_other(address: str) -> Answer:
    """Redirect the browser."""
    return Answer("303 See Other", headers=(("Location", address),))


class ExampleService:
    """The example, as a WSGI application."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )
        self._pages: dict[tuple[str, str], Callable[[Visit, dict[str, Any]], Answer]] = {
            ("GET", "/"): self._home,
            ("GET", "/style.css"): self._style,
            ("POST", "/sign_in"): self._sign_in,
            ("GET", "/callback"): self._callback,
            ("POST", "/renew"): self._renew,
            ("POST", "/sign_out"): self._sign_out,
            ("POST", "/backchannel"): self._end_session,
        }

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a request."""
        visit = self._visit_of(environ)
        page = self._pages.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        try:
            answer = (
                page(visit, environ) if page else self._trouble("There is no such page.", "404 Not Found")
            )
        except RefusedError as refusal:
            answer = self._trouble(str(refusal), "403 Forbidden")
        except RequestException:
            answer = self._trouble("Profiles does not answer. Try again in a moment.", "502 Bad Gateway")
        given = [("Content-Type", answer.kind), ("Content-Length", str(len(answer.body)))]
        if visit.key in self._visits:
            given.append(("Set-Cookie", f"{COOKIE}={visit.key}; Path=/; HttpOnly; SameSite=Lax"))
        start(answer.status, [*given, *HEADERS, *answer.headers])
        return [answer.body]

    def _visit_of(self, environ: dict[str, Any]) -> Visit:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
        return self._visits.get(cookie.value if cookie else "") or Visit()

    def _renewed(self, visit: Visit) -> Visit:
        """Give the browser a new session key, against session fixation."""
        with self._lock:
            self._visits.pop(visit.key, None)
            visit.key = secrets.token_urlsafe(32)
            self._visits[visit.key] = visit
        return visit

    def _home(self, visit: Visit, _environ: dict[str, Any]) -> Answer:
        if visit.person is None:
            return self._page("home.html")
        return self._page(
            "person.html",
            token_claims=[
                (name, _readable(name, value)) for name, value in visit.person.token_claims.items()
            ],
            about=self._profiles.about(visit.person),
            claims=self._profiles.claims_of(visit.person),
        )

    def _sign_in(self, visit: Visit, _environ: dict[str, Any]) -> Answer:
        address, attempt = self._profiles.begin()
        while len(visit.attempts) >= MAX_ATTEMPTS:
            visit.attempts.pop(next(iter(visit.attempts)))
        visit.attempts[attempt.oauth_state] = attempt
        self._visits[visit.key] = visit
        return see_other(address)

    def _callback(self, visit: Visit, environ: dict[str, Any]) -> Answer:
        query = environ.get("QUERY_STRING", "")
        attempt = visit.attempts.pop(parse_qs(query).get("state", [""])[0], None)
        if attempt is None:
            return self._trouble(
                "This sign-in did not begin in this browser, or it is over.", "403 Forbidden"
            )
        visit.person = self._profiles.finish(f"{self._profiles.own_url}/callback?{query}", attempt)
        self._renewed(visit)
        return see_other("/")

    def _renew(self, visit: Visit, _environ: dict[str, Any]) -> Answer:
        if visit.person is not None:
            person, visit.person = visit.person, None
            self._profiles.renew(person)
            visit.person = person
        return see_other("/")

    def _sign_out(self, visit: Visit, _environ: dict[str, Any]) -> Answer:
        person, visit.person = visit.person, None
        self._visits.pop(visit.key, None)
        return see_other(self._profiles.sign_out_address(person) if person else "/")

    def _end_session(self, _visit: Visit, environ: dict[str, Any]) -> Answer:
        """Handle the back-channel message that a person signed out elsewhere."""
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LARGEST_FORM)
        form = parse_qs(environ["wsgi.input"].read(length).decode(errors="replace"))
        ended = self._profiles.session_that_ended(form.get("logout_token", [""])[0])
        for visit in list(self._visits.values()):
            if visit.person is not None and visit.person.token_claims.get("sid") == ended:
                visit.person = None
        return Answer("200 OK")

    def _style(self, _visit: Visit, _environ: dict[str, Any]) -> Answer:
        return Answer(body=(HERE / "style.css").read_bytes(), kind="text/css; charset=utf-8")

    def _trouble(self, words: str, status: str) -> Answer:
        return self._page("trouble.html", status=status, words=words)

    def _page(self, template: str, *, status: str = "200 OK", **facts: Any) -> Answer:
        text = self._templates.get_template(template).render(profiles=self._profiles.issuer, **facts)
        return Answer(status, text.encode())


def _readable(name: str, value: Any) -> str:
    if name in {"iat", "exp", "auth_time"}:
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

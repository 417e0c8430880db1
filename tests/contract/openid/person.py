"""Somebody with a browser without scripts: follows, fills in the sign-in form, says yes."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
import requests

from tests.contract.openid.protocol import LIMIT, Provider, Request

MAX_STEPS: Final = 12
NO: Final = re.compile(r"\b(no|not|den(y|ied)|cancel|refuse|abort|reject|decline)\b", re.IGNORECASE)
STATUS_OF_REDIRECTS: Final = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Arrival:
    """Where a request ended: back at the party with parameters, or on a page."""

    request: Request
    address: str
    parameters: dict[str, str]
    page: requests.Response
    steps: list[requests.Response] = field(default_factory=list, repr=False)

    @property
    def is_back(self) -> bool:
        """Whether the browser was sent to the party."""
        return self.address.startswith(self.request.party.redirect_uri)

    @property
    def asked_to_sign_in(self) -> bool:
        """Whether a form that asks who is there was shown on the way."""
        return any(password_form(step) is not None for step in self.steps)


def forms(page: requests.Response) -> list[Any]:
    """Return the forms of a page."""
    if "html" not in page.headers.get("Content-Type", "") or not page.text.strip():
        return []
    return list(lxml.html.fromstring(page.content, base_url=page.url).forms)


def password_form(page: requests.Response) -> Any | None:
    """Return the form that asks for a password, if there is one."""
    return next((form for form in forms(page) if form.xpath(".//input[@type='password']")), None)


def decision_form(page: requests.Response) -> Any | None:
    """Return the form by which somebody says yes or no, if there is one."""
    found = [form for form in forms(page) if form.method == "POST" and "sign_out" not in (form.action or "")]
    return next((form for form in found if password_form(page) is None), None)


def values_of(form: Any, *, yes: bool = True) -> dict[str, str]:
    """Return what a browser sends for this form when the button for yes, or for no, is pressed."""
    values = dict(form.form_values())
    buttons = form.xpath(".//button[not(@type) or @type='submit'] | .//input[@type='submit']")
    buttons += form.getroottree().xpath("//button[@form=$id]", id=form.get("id") or "none")
    for button in buttons:
        words = f"{button.text_content()} {button.get('name', '')} {button.get('value', '')}"
        if bool(NO.search(words)) != yes:
            if button.get("name"):
                values[button.get("name")] = button.get("value", "")
            return values
    assert yes, "no button says no"
    return values


class Person:
    """A person and their browser."""

    def __init__(self, provider: Provider, login: str, password: str) -> None:
        self.provider = provider
        self.login = login
        self.password = password
        self.browser = requests.Session()
        self.browser.trust_env = False

    def open(self, url: str, form: dict[str, str] | None = None, **more: Any) -> requests.Response:
        """Open one address without following where it sends us."""
        verb = "GET" if form is None else "POST"
        return self.browser.request(verb, url, data=form, timeout=LIMIT, allow_redirects=False, **more)

    def follow(self, page: requests.Response, request: Request, steps: list[requests.Response]) -> Arrival:
        """Follow redirects, as long as they stay at the provider."""
        own = urlsplit(self.provider.issuer).netloc
        while page.status_code in STATUS_OF_REDIRECTS:
            steps.append(page)
            target = urljoin(page.url, page.headers["Location"])
            parts = urlsplit(target)
            if parts.netloc != own or len(steps) > MAX_STEPS:
                found = dict(parse_qsl(parts.query, keep_blank_values=True))
                return Arrival(request, target, found, page, steps)
            page = self.open(target)
        steps.append(page)
        return Arrival(request, page.url, {}, page, steps)

    def begin(self, request: Request, form: dict[str, str] | None = None) -> Arrival:
        """Go where the party sends us, up to the first page."""
        return self.follow(self.open(request.url, form), request, [])

    def visit(self, request: Request, *, yes: bool = True) -> Arrival:
        """Go the whole way: sign in if asked, decide if asked."""
        arrival = self.begin(request)
        for _ in range(3):
            if arrival.page.status_code in STATUS_OF_REDIRECTS:
                return arrival
            if password_form(arrival.page) is not None:
                arrival = self.sign_in(arrival)
            elif arrival.page.status_code == 200 and decision_form(arrival.page) is not None:
                arrival = self.decide(arrival, yes=yes)
            else:
                return arrival
        return arrival

    def sign_in(self, arrival: Arrival, **changes: str) -> Arrival:
        """Fill in the sign-in form and send it."""
        form = password_form(arrival.page)
        assert form is not None, f"nobody asks to sign in on {arrival.page.url}: {arrival.page.text[:300]}"
        values = {**values_of(form), **self.answers(form), **changes}
        return self.send(arrival, form, values)

    def answers(self, form: Any) -> dict[str, str]:
        """Return the person's name and password under the names this form gives them."""
        (password,) = form.xpath(".//input[@type='password']/@name")
        typed = form.xpath(".//input[not(@type) or @type='text' or @type='email']/@name")
        return {typed[0]: self.login, password: self.password}

    def decide(self, arrival: Arrival, *, yes: bool) -> Arrival:
        """Say yes or no."""
        form = decision_form(arrival.page)
        assert form is not None, f"nothing to decide on {arrival.page.url}"
        return self.send(arrival, form, values_of(form, yes=yes))

    def send(self, arrival: Arrival, form: Any, values: dict[str, str], **more: Any) -> Arrival:
        """Send a form."""
        target = urljoin(arrival.page.url, form.get("action") or arrival.page.url)
        headers = {"Referer": arrival.page.url, "Origin": _origin(arrival.page.url)}
        answer = self.open(target, values, headers=headers, **more)
        return self.follow(answer, arrival.request, list(arrival.steps))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

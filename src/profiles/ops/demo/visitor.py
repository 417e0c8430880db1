"""Drive the demo's pages with a small browser: links, forms and cookies, no scripts."""

import html.parser
import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Final

_LIMIT_SECONDS: Final = 20


@dataclass(slots=True)
class Form:
    """A form of a page: its action, fields and buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value and label of each."""
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    """The values of each select, by label."""


class _Reader(html.parser.HTMLParser):
    """Parse the forms and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._button: tuple[str, str] | None = None
        self._button_words: list[str] = []
        self._select = ""
        self._option: str | None = None
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get").lower()))
            self._open = True
        elif self._open and tag == "input":
            is_box = attributes.get("type") in {"checkbox", "radio"}
            if attributes.get("name") and (not is_box or "checked" in attributes):
                self.forms[-1].fields[attributes["name"]] = attributes.get("value", "on" if is_box else "")
        elif self._open and tag == "button":
            self._button, self._button_words = (attributes.get("name", ""), attributes.get("value", "")), []
            if attributes.get("aria-label"):
                self._button_words.append(attributes["aria-label"] + " ")
        elif self._open and tag == "select":
            self._select = attributes.get("name", "")
            self.forms[-1].options[self._select] = {}
        elif self._open and tag == "option":
            self._option = attributes.get("value")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select, self._option = "", None
        elif tag == "button" and self._button is not None:
            self.forms[-1].buttons.append((*self._button, " ".join("".join(self._button_words).split())))
            self._button = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._button is not None:
            self._button_words.append(data)
        if self._select and self._open and data.strip():
            value = self._option if self._option is not None else data.strip()
            self.forms[-1].options[self._select].setdefault(data.strip(), value)


class LostError(Exception):
    """Raised when a page lacks what the visitor looks for."""


class Visitor:
    """A person who goes from page to page."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(cookies).open
        self.address = ""
        self.text = ""
        self._forms: list[Form] = []

    def go(self, url: str, form: dict[str, str] | None = None) -> None:
        """Open an address, or post a form to it.

        Raises:
            LostError: nothing answers there.
        """
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        headers = {"Referer": self.address} if self.address else {}
        request = urllib.request.Request(url, body, headers)  # noqa: S310  our own stand-ins
        try:
            answer = self._open(request, timeout=_LIMIT_SECONDS)
        except urllib.error.HTTPError as refused:
            answer = refused
        except OSError as error:
            raise LostError(f"{url} does not answer: {error}") from error
        with answer:
            page = answer.read().decode(errors="replace")
            self.address = answer.geturl()
        reader = _Reader()
        reader.feed(page)
        self._forms, self.text = reader.forms, " ".join(" ".join(reader.words).split())

    def press(self, words: str, **fields: str | None) -> None:
        """Press the button with this label after filling in these fields; None leaves a box unticked.

        Raises:
            LostError: there is no such button; the message has the text of the page.
        """
        for form in self._forms:
            for name, value, label in form.buttons:
                if words in label:
                    self._send(form, {**form.fields, **({name: value} if name else {})}, fields)
                    return
        raise LostError(f"no button '{words}' on {self.address}, which says: {self.text[:300]}")

    def can_press(self, words: str) -> bool:
        """Tell whether the page has a button with this label."""
        return any(words in label for form in self._forms for _, _, label in form.buttons)

    def _send(self, form: Form, content: dict[str, str], fields: dict[str, str | None]) -> None:
        for name, value in fields.items():
            if value is None:
                content.pop(name, None)
            else:
                # Options are chosen by their label, as people do.
                content[name] = form.options.get(name, {}).get(value, value)
        action = urllib.parse.urljoin(self.address, form.action or self.address)
        if form.method == "post":
            self.go(action, content)
        else:
            self.go(f"{action.partition('?')[0]}?{urllib.parse.urlencode(content)}")

    def expect(self, words: str) -> None:
        """Check that the page has this text.

        Raises:
            LostError: it does not; the message has the text of the page.
        """
        if words not in self.text:
            raise LostError(f"'{words}' is not on {self.address}, which says: {self.text[:300]}")


def ask(url: str, content: Any = None, *, method: str | None = None, token: str = "") -> Any:
    """Send JSON to an API and return its JSON.

    Raises:
        LostError: it refuses or does not answer.
    """
    body = json.dumps(content).encode() if content is not None else None
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310  our own stand-ins
    try:
        with urllib.request.urlopen(request, timeout=_LIMIT_SECONDS) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")
    except OSError as error:
        raise LostError(f"{method or 'GET'} {url}: {error}") from error

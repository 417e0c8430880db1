"""A service as far as a browser sees it: it sends people to us, and they come back to its page."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from playwright.sync_api import Page, expect

from profiles.sso import keys
from tests.support import sso

NAME = "Repository of Example"


class _Back(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>Service</title><p>You are back at the service</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def registering(base: str) -> Iterator[Callable[..., "Service"]]:
    """Let services be registered that send people to us; they share one page where people come back."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Back) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield partial(Service, base, server.server_port)
        server.shutdown()
    keys.forget()


class Service:
    """A relying party, and what its page says where people come back to."""

    def __init__(self, base: str, port: int, name: str = NAME, **more: Any) -> None:
        self.base = base
        self.name = name
        self.back = f"http://127.0.0.1:{port}/{name.split(maxsplit=1)[0].lower()}"
        keys.forget()  # each test's database begins without keys
        self.party = sso.register(name, redirect_uris=[self.back], **{"is_first_party": False, **more})

    def address(self, **changes: str | None) -> str:
        """Return where it sends people."""
        return f"{self.base}/oauth/authorize?{urlencode(self.party.request(**changes))}"

    def answer(self, page: Page) -> dict[str, str]:
        """Return what it was answered; the browser is there."""
        expect(page.get_by_text("You are back at the service")).to_be_visible()
        assert page.url.startswith(self.back), page.url
        return dict(parse_qsl(urlsplit(page.url).query))

    def tokens(self, page: Page) -> dict[str, Any]:
        """Exchange the code that it was answered."""
        form = {
            "grant_type": "authorization_code",
            "code": self.answer(page)["code"],
            "redirect_uri": self.back,
            "code_verifier": self.party.verifier,
        }
        secret = (self.party.row.client_id, self.party.secret or "")
        answer = requests.post(f"{self.base}/oauth/token", form, auth=secret, timeout=20)
        tokens: dict[str, Any] = answer.json()
        return tokens

    def learns(self, page: Page) -> dict[str, Any]:
        """Exchange the code, and return what userinfo says."""
        bearer = {"Authorization": f"Bearer {self.tokens(page)['access_token']}"}
        answer = requests.get(f"{self.base}/oauth/userinfo", headers=bearer, timeout=20)
        learned: dict[str, Any] = answer.json()
        return learned

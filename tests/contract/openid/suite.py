"""A provider, three parties and two people, as the environment names them."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import requests

from tests.contract.openid.person import Arrival, Person
from tests.contract.openid.protocol import Party, Provider, Tokens

NOBODYS: Final = "https://attacker.example/callback"


@dataclass(frozen=True)
class Named:
    """What the environment says."""

    issuer: str
    one: Party
    two: Party
    asking: Party
    alice: tuple[str, str]
    bob: tuple[str, str]
    listen: str
    """Where we may listen: origin of redirect and back-channel addresses."""


def named(variables: Mapping[str, str] = os.environ) -> Named:
    """Read the environment.

    Raises:
        KeyError: a name is missing; docs/dev/conformance.md lists all of them.
    """

    def party(name: str) -> Party:
        return Party(
            variables[f"OPENID_{name}_ID"],
            variables[f"OPENID_{name}_SECRET"],
            variables[f"OPENID_{name}_REDIRECT_URI"],
            variables.get(f"OPENID_{name}_SIGNED_OUT_URI", ""),
        )

    def person(name: str) -> tuple[str, str]:
        login, _, password = variables[f"OPENID_{name}"].partition(":")
        return login, password

    one = party("ONE")
    parts = urlsplit(one.redirect_uri)
    return Named(
        issuer=variables["OPENID_ISSUER"],
        one=one,
        two=party("TWO"),
        asking=party("ASKING"),
        alice=person("ALICE"),
        bob=person("BOB"),
        listen=variables.get("OPENID_LISTEN", f"{parts.scheme}://{parts.netloc}"),
    )


@dataclass
class Suite:
    """Everything a check needs. One for a run: sessions are kept where that changes nothing."""

    named: Named
    received: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and form of what the provider sent to our back-channel address."""
    arrived: threading.Condition = field(default_factory=threading.Condition)
    patience: float = 15.0
    """How many seconds an announced sign-out may take."""
    _cookies: dict[str, requests.cookies.RequestsCookieJar] = field(default_factory=dict)

    @cached_property
    def provider(self) -> Provider:
        """The provider, by its discovery document."""
        return Provider(self.named.issuer)

    @property
    def one(self) -> Party:
        """A confidential party that asks nothing."""
        return self.named.one

    @property
    def two(self) -> Party:
        """Another one."""
        return self.named.two

    @property
    def asking(self) -> Party:
        """A third party's: people are asked for consent."""
        return self.named.asking

    def stranger(self) -> Person:
        """Alice before she signs in: a browser without cookies."""
        return Person(self.provider, *self.named.alice)

    def another(self) -> Person:
        """Bob before he signs in."""
        return Person(self.provider, *self.named.bob)

    def alice(self) -> Person:
        """Alice, signed in; all these browsers share one session."""
        return self._signed_in("alice", self.stranger())

    def bob(self) -> Person:
        """Bob, signed in."""
        return self._signed_in("bob", self.another())

    def fresh(self) -> Person:
        """Alice, signed in in a session of her own, for checks that end it."""
        person = self.stranger()
        self.arrive(person)
        return person

    def _signed_in(self, name: str, person: Person) -> Person:
        if name not in self._cookies:
            self.arrive(person)
            self._cookies[name] = person.browser.cookies.copy()
        person.browser.cookies.update(self._cookies[name])
        return person

    def arrive(self, person: Person, party: Party | None = None, **changes: str | None) -> Arrival:
        """Send somebody through the whole way; they come back with a code."""
        arrival = person.visit(self.request(party, **changes))
        assert "code" in arrival.parameters, f"no code came back: {arrival}"
        return arrival

    def request(self, party: Party | None = None, **changes: str | None) -> Any:
        """Make an authorization request; a change of None leaves a parameter out."""
        return self.provider.request(party or self.one, **changes)

    def tokens(self, person: Person | None = None, party: Party | None = None, **changes: str) -> Tokens:
        """Sign somebody in at a party and return what the party then holds."""
        party = party or self.one
        arrival = self.arrive(person or self.alice(), party, **changes)
        return self.provider.tokens(party, arrival)

    def wait_for(self, path: str, *, sid: str) -> dict[str, str] | None:
        """Wait for what the provider sends to this path of ours about this session; None: nothing came."""
        from tests.contract.openid.tokens import unverified

        def found() -> dict[str, str] | None:
            for where, form in self.received:
                if where == path and unverified(form.get("logout_token", ""))[1].get("sid") == sid:
                    return form
            return None

        with self.arrived:
            self.arrived.wait_for(lambda: found() is not None, timeout=self.patience)
            return found()


class _Listener(BaseHTTPRequestHandler):
    """Takes in what the provider sends."""

    suite: Suite

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._note(form)

    def do_GET(self) -> None:
        self._note({})

    def _note(self, form: dict[str, str]) -> None:
        with self.suite.arrived:
            self.suite.received.append((self.path, form))
            self.suite.arrived.notify_all()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def listening(named: Named) -> Iterator[Suite]:
    """Look at this provider, and listen where it may call us."""
    suite = Suite(named)
    place = urlsplit(named.listen)
    handler = type("Listener", (_Listener,), {"suite": suite})
    server = ThreadingHTTPServer((place.hostname or "127.0.0.1", place.port or 80), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield suite
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

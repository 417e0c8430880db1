"""Parties and signed-in browsers that ask a provider as fast as it answers, and check what it says."""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from tests.contract.openid.person import Person
from tests.contract.openid.protocol import Party, Provider

AT_ONCE: Final = 8
SCOPE: Final = "openid profile email offline_access"
REFUSALS: Final = (
    *("wrong secret", "wrong token", "unknown client", "no one, silently", "no one yet"),
    *("sign-in page", "foreign answer"),
)
"""What anybody can ask without proving anything."""


@dataclass
class Browser:
    """Somebody who is signed in."""

    cookies: dict[str, str]


@dataclass
class Measured:
    """What came of many operations of one kind."""

    count: int
    wall: float
    delays: list[float] = field(repr=False)

    def percentile(self, part: float) -> float:
        """Return the delay that this part of the operations stays under, in milliseconds."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


class Driver:
    """Asks one provider."""

    def __init__(
        self,
        issuer: str,
        party: Party,
        sign_in: Callable[[], dict[str, str]],
        *,
        more: dict[str, str] | None = None,
    ) -> None:
        """Take the service, a way to sign somebody in, and what the provider wants in each request, too."""
        self.metadata = Provider(issuer).metadata
        self.party = party
        self.more = more or {}
        # oidc-provider and others name the session of a browser in several cookies; we keep them all.
        self.browsers = [Browser(sign_in()) for _ in range(AT_ONCE)]
        self.basic = aiohttp.BasicAuth(*party.basic).encode()

    def run(self, kind: str, count: int) -> Measured:
        """Do this many operations of one kind, eight at once."""
        return asyncio.run(self._run(kind, count))

    async def _run(self, kind: str, count: int) -> Measured:
        delays: list[float] = []
        connector = aiohttp.TCPConnector(limit=AT_ONCE * 2)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            makers = {
                "flow": self._flow,
                "refresh": self._refreshing,
                "userinfo": self._userinfo,
                "discovery": self._discovery,
                "keys": self._keys,
                **{name: self._refusal(name) for name in REFUSALS},
            }
            each = [await makers[kind](session, browser) for browser in self.browsers]
            began = time.perf_counter()
            await asyncio.gather(*(_repeat(one, count // AT_ONCE, delays) for one in each))
            return Measured(len(delays), time.perf_counter() - began, delays)

    async def _flow(self, session: aiohttp.ClientSession, browser: Browser) -> Callable[[], Awaitable[Any]]:
        async def once() -> None:
            tokens = await self._tokens(session, browser)
            headers = {"Authorization": f"Bearer {tokens['access_token']}"}
            said = await _json(session.get(self.metadata["userinfo_endpoint"], headers=headers))
            if said["sub"] != _content(tokens["id_token"])["sub"]:
                raise RuntimeError("userinfo is about somebody else")

        return once

    async def _tokens(self, session: aiohttp.ClientSession, browser: Browser) -> dict[str, Any]:
        verifier, state, nonce = (
            secrets.token_urlsafe(48),
            secrets.token_urlsafe(12),
            secrets.token_urlsafe(12),
        )
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.party.client_id,
            "redirect_uri": self.party.redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **self.more,
        }
        url = f"{self.metadata['authorization_endpoint']}?{urlencode(asked)}"
        async with session.get(url, headers={"Cookie": _line(browser)}, allow_redirects=False) as answer:
            await answer.read()
            _keep(browser, answer)
            said = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
        if said.get("state") != [state] or "code" not in said:
            raise RuntimeError(f"no code: {answer.status} {answer.headers.get('Location')}")
        form = {
            "grant_type": "authorization_code",
            "code": said["code"][0],
            "redirect_uri": self.party.redirect_uri,
            "code_verifier": verifier,
        }
        tokens = await self._post("token_endpoint", session, form)
        if _content(tokens["id_token"])["nonce"] != nonce:
            raise RuntimeError("the identity is of another request")
        return tokens

    async def _post(
        self, endpoint: str, session: aiohttp.ClientSession, form: dict[str, str]
    ) -> dict[str, Any]:
        headers = {"Authorization": self.basic}
        return await _json(session.post(self.metadata[endpoint], data=form, headers=headers))

    async def _refreshing(
        self, session: aiohttp.ClientSession, browser: Browser
    ) -> Callable[[], Awaitable[Any]]:
        held = await self._tokens(session, browser)

        async def once() -> None:
            nonlocal held
            form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
            held = await self._post("token_endpoint", session, form)

        return once

    async def _userinfo(
        self, session: aiohttp.ClientSession, browser: Browser
    ) -> Callable[[], Awaitable[Any]]:
        token = (await self._tokens(session, browser))["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        async def once() -> None:
            said = await _json(session.get(self.metadata["userinfo_endpoint"], headers=headers))
            if "sub" not in said:
                raise RuntimeError(said)

        return once

    async def _discovery(
        self, session: aiohttp.ClientSession, _browser: Browser
    ) -> Callable[[], Awaitable[Any]]:
        url = f"{self.metadata['issuer'].rstrip('/')}/.well-known/openid-configuration"
        return lambda: _json(session.get(url))

    async def _keys(self, session: aiohttp.ClientSession, _browser: Browser) -> Callable[[], Awaitable[Any]]:
        return lambda: _json(session.get(self.metadata["jwks_uri"]))

    def _refusal(self, name: str) -> Callable[..., Awaitable[Callable[[], Awaitable[Any]]]]:
        """Ask as anybody can who proves nothing."""
        of_code = {"grant_type": "authorization_code", "code": "guessed", "code_verifier": "g" * 43}
        wrong = aiohttp.BasicAuth(self.party.client_id, "guessed").encode()
        asked = {
            "response_type": "code",
            "client_id": self.party.client_id,
            "redirect_uri": self.party.redirect_uri,
            "scope": SCOPE,
            "code_challenge": "c" * 43,
            "code_challenge_method": "S256",
        }
        unknown = urlencode(asked | {"client_id": "nobody-knows"})
        silent = urlencode(asked | {"prompt": "none"})
        calls: dict[str, tuple[str, str, dict[str, Any], int]] = {
            "wrong secret": ("POST", "token", {"data": of_code, "headers": {"Authorization": wrong}}, 401),
            "wrong token": ("GET", "userinfo", {"headers": {"Authorization": "Bearer guessed"}}, 401),
            "unknown client": ("GET", "authorization", {"params": unknown}, 400),
            "no one, silently": ("GET", "authorization", {"params": silent}, 303),
            "no one yet": ("GET", "authorization", {"params": urlencode(asked)}, 303),
            "sign-in page": ("GET", "/sign_in", {}, 200),
            "foreign answer": ("GET", "/users/auth/orcid/callback?state=guessed&code=guessed", {}, 400),
        }
        verb, endpoint, more, expected = calls[name]
        is_ours = endpoint.startswith("/")
        url = self.metadata["issuer"] + endpoint if is_ours else self.metadata[f"{endpoint}_endpoint"]
        if "params" in more:
            url = f"{url}?{more.pop('params')}"

        async def maker(session: aiohttp.ClientSession, _browser: Browser) -> Callable[[], Awaitable[Any]]:
            async def once() -> None:
                async with session.request(verb, url, allow_redirects=False, **more) as answer:
                    await answer.read()
                    if answer.status != expected:
                        raise RuntimeError(f"{name} is answered with {answer.status}")

            return once

        return maker


def signed_in(provider: Provider, party: Party, login: tuple[str, str]) -> dict[str, str]:
    """Sign somebody in by the provider's own pages, and return the cookies of their browser."""
    person = Person(provider, *login)
    arrival = person.visit(provider.request(party))
    if "code" not in arrival.parameters:
        raise RuntimeError(f"{provider.issuer} gives no code: {arrival.address} {arrival.page.text[:300]}")
    return {cookie.name: str(cookie.value) for cookie in person.browser.cookies}


async def _repeat(once: Callable[[], Awaitable[Any]], count: int, delays: list[float]) -> None:
    for _ in range(count):
        began = time.perf_counter()
        await once()
        delays.append(time.perf_counter() - began)


async def _json(asking: Any) -> dict[str, Any]:
    async with asking as answer:
        body = await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.url.path} answers {answer.status}: {body[:200]!r}")
    found: dict[str, Any] = json.loads(body)
    return found


def _line(browser: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def _keep(browser: Browser, answer: aiohttp.ClientResponse) -> None:
    for name, morsel in answer.cookies.items():
        browser.cookies[name] = morsel.value


def _content(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found

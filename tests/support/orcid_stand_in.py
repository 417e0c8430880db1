"""A running ORCID stand-in for tests, with the few calls that most of them need."""

import copy
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer

from sandbox.orcid.app import make_app
from sandbox.orcid.state import OrcidState

ALICE = "0009-0001-0000-0014"
BOB = "0009-0001-0000-0022"
CAROL = "0009-0001-0000-0030"
SIGN_IN_CLIENT = ("APP-PROFILESDEMO0001", "demo-secret-orcid")
SEARCH_CLIENT = ("APP-PROFILESDEMO0002", "demo-secret-search")
UPDATE_CLIENT = ("APP-PROFILESDEMO0003", "demo-secret-update")
CALLBACK = "http://127.0.0.1:8000/users/auth/orcid/callback"
JSON = "application/json"
XML = "application/vnd.orcid+xml"

PEOPLE = [
    {"orcid": ALICE, "given_names": "Alice", "family_name": "Alvarado"},
    {"orcid": BOB, "given_names": "Bob", "family_name": "Baptiste", "name_public": False},
    {"orcid": CAROL, "given_names": "Carol", "family_name": "Castellan"},
]


def a_work(doi: str = "10.5072/one", **changes: Any) -> dict[str, Any]:
    """Return a small work that ORCID accepts; ``None`` takes a key away."""
    work: dict[str, Any] = {
        "title": {"title": {"value": "Tides of the Wadden Sea"}},
        "type": "data-set",
        "external-ids": {"external-id": [an_id(value=doi)]},
    }
    work.update(copy.deepcopy(changes))
    return {key: value for key, value in work.items() if value is not None}


def an_id(
    id_type: str = "doi", value: str = "10.5072/one", relationship: str | None = "self"
) -> dict[str, Any]:
    """Return an external identifier."""
    identifier = {"external-id-type": id_type, "external-id-value": value}
    if relationship is not None:
        identifier["external-id-relationship"] = relationship
    return identifier


def ids(*identifiers: dict[str, Any]) -> dict[str, Any]:
    """Return these identifiers as they stand in a work."""
    return {"external-id": list(identifiers)}


class StandIn:
    """One running stand-in and a browser."""

    def __init__(self, client: TestClient, state: OrcidState) -> None:
        self.browser = client
        self.state = state

    def token(
        self,
        orcid: str | None = ALICE,
        client: tuple[str, str] = SEARCH_CLIENT,
        scopes: str = "/activities/update /read-limited",
    ) -> str:
        """Return a token without going through the pages."""
        issued = self.state.tokens.issue(
            client_id=client[0], orcid_id=orcid, scopes=frozenset(scopes.split()), now=self.state.now()
        )
        return issued.access

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None,
        body: Any = None,
        accept: str = JSON,
        content_type: str = JSON,
    ) -> ClientResponse:
        """Call the member API."""
        headers = {"Accept": accept}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = content_type
        sent = {"json": body} if isinstance(body, (dict, list)) else {"data": body}
        response = await self.browser.request(
            method, path, headers=headers, allow_redirects=False, **(sent if body is not None else {})
        )
        await response.read()
        return response

    async def add(
        self, work: Any, *, token: str | None = None, orcid: str = ALICE, **how: Any
    ) -> ClientResponse:
        """Post one work."""
        return await self.call(
            "POST", f"/v3.0/{orcid}/work", token=token or self.token(orcid), body=work, **how
        )

    async def added(self, work: Any, *, token: str | None = None, orcid: str = ALICE) -> int:
        """Post one work that must be accepted, and return its put-code."""
        response = await self.add(work, token=token, orcid=orcid)
        assert response.status == 201, await response.text()
        return int(response.headers["Location"].rsplit("/", 1)[1])

    async def change(
        self, put_code: int, work: dict[str, Any], *, token: str | None = None
    ) -> ClientResponse:
        """Put one work."""
        return await self.call(
            "PUT",
            f"/v3.0/{ALICE}/work/{put_code}",
            token=token or self.token(),
            body={"put-code": put_code, **work},
        )

    async def sign_in(self, orcid: str) -> None:
        """Sign this browser in at the stand-in."""
        csrf = hidden(await (await self.browser.get("/signin")).text(), "csrf")
        answer = await self.browser.post(
            "/signin", data={"csrf": csrf, "orcid": orcid, "next": "/"}, allow_redirects=False
        )
        assert answer.status == 303, await answer.text()

    async def authorize(self, decision: str = "authorize", **parameters: str) -> str:
        """Go through the authorize page as somebody signed in, and return where the browser is sent."""
        query = authorize_query(**parameters)
        answer = await self.browser.get("/oauth/authorize", params=query, allow_redirects=False)
        if answer.status == 200:
            text = await answer.text()
            answer = await self.browser.post(
                "/oauth/authorize",
                data={"csrf": hidden(text, "csrf"), "query": hidden(text, "query"), "decision": decision},
                allow_redirects=False,
            )
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]

    async def code(self, **parameters: str) -> str:
        """Return a code for somebody signed in."""
        return parse_qs(urlsplit(await self.authorize(**parameters)).query)["code"][0]

    async def exchange(self, code: str, **changes: str) -> ClientResponse:
        """Exchange a code."""
        form = {
            "client_id": SIGN_IN_CLIENT[0],
            "client_secret": SIGN_IN_CLIENT[1],
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            **changes,
        }
        return await self.browser.post("/oauth/token", data=form)

    async def grant(self, **form: str) -> ClientResponse:
        """Ask the token endpoint for anything."""
        return await self.browser.post("/oauth/token", data=form)


def authorize_query(**changes: str) -> dict[str, str]:
    """Return a good authorize request; an empty value takes a parameter away."""
    query = {
        "client_id": SIGN_IN_CLIENT[0],
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": CALLBACK,
        "state": "state-of-the-test",
        **changes,
    }
    return {key: value for key, value in query.items() if value}


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} in {page}"
    return unescape(found.group(1))


@asynccontextmanager
async def running(people: list[dict[str, Any]] | None = None) -> AsyncIterator[StandIn]:
    """Run a stand-in on a free port."""
    state = OrcidState(PEOPLE if people is None else people)
    async with TestClient(TestServer(make_app(state=state)), cookie_jar=CookieJar(unsafe=True)) as client:
        yield StandIn(client, state)

"""Webhooks at ORCID's stand-in: registered, refused and called as at ORCID (contract, section 5)."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.orcid_stand_in import ALICE, SEARCH_CLIENT, UPDATE_CLIENT, a_work, running

ADDRESS = "http://127.0.0.1:9/called"
UNKNOWN_ID = "0009-0001-0000-0073"


def path(address=ADDRESS, orcid_id=ALICE) -> str:
    return f"/{orcid_id}/webhook/{quote(address, safe='')}"


def token_of(orcid, client=UPDATE_CLIENT, scopes="/webhook") -> str:
    return orcid.token(None, client, scopes)


async def test_an_address_is_registered_once_and_removed_only_by_its_client():
    async with running() as orcid:
        own, other = token_of(orcid), token_of(orcid, SEARCH_CLIENT)

        async def said(method, token, **changes):
            answer = await orcid.call(method, path(**changes), token=token)
            text = await answer.text()
            return answer.status, (await answer.json())["error-code"] if text else None

        assert await said("PUT", own) == (201, None)
        assert await said("PUT", own) == (204, None)
        assert await said("PUT", other) == (204, None), "two clients cannot both have one address"
        assert await said("DELETE", other) == (403, 9014)
        assert await said("PUT", own, orcid_id=UNKNOWN_ID) == (404, 9011)
        assert await said("PUT", own, address="http://a b/") == (400, 9012)
        assert await said("DELETE", own, address="http://127.0.0.1:9/other") == (404, 9028)
        assert await said("DELETE", own) == (204, None)
        assert orcid.state.webhooks == {}


async def test_only_a_token_of_the_client_with_the_scope_may_register():
    async with running() as orcid:
        refused = await orcid.call("PUT", path(), token=token_of(orcid, scopes="/read-public"))
        assert (refused.status, (await refused.json())["error-code"]) == (403, 9038)

        orcid.state.add_client({"client_id": UPDATE_CLIENT[0], "kind": "basic"})
        form = {"client_id": UPDATE_CLIENT[0], "client_secret": UPDATE_CLIENT[1], "scope": "/webhook"}
        answer = await orcid.grant(grant_type="client_credentials", **form)
        assert (await answer.json())["error"] == "invalid_scope", "only premium members have it"


@asynccontextmanager
async def receiver(status: list[int]):
    """Run a receiver that gives these answers, then 204; yield its address and the bodies that came."""
    bodies: list[bytes] = []

    async def called(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response(status=status.pop(0) if status else 204)

    app = web.Application()
    app.router.add_post("/called", called)
    async with TestServer(app) as server:
        yield str(server.make_url("/called")), bodies


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("change", ["a work", "the status"])
async def test_a_change_is_a_call_without_a_body_and_a_failed_call_comes_again_after_ten_minutes(change):
    async with running() as orcid, receiver([500]) as (address, bodies):
        orcid.state.options.webhook_delay = 0.0
        await orcid.call("PUT", path(address), token=token_of(orcid))
        if change == "a work":
            await orcid.added(a_work())
        else:
            orcid.state.add_person({"orcid": ALICE, "status": "deactivated"})
        (webhook,) = orcid.state.webhooks.values()
        await until(lambda: webhook.failed == 1)
        assert webhook.due_at - orcid.state.now() > 590

        orcid.state.options.clock_ahead = 601.0
        await until(lambda: webhook.delivered == 1)

        assert bodies == [b"", b""]
        assert webhook.due_at is None

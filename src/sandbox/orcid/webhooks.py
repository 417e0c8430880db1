"""Webhooks: an empty POST to a registered address some time after a record changed.

The address itself has to identify the record. Only this machine is ever called.
"""

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp import web

from sandbox.orcid.oauth.access import Caller, caller
from sandbox.orcid.state import OrcidState, Webhook
from sandbox.orcid.wire import answers
from sandbox.orcid.wire.answers import STATE
from sandbox.orcid.wire.errors import OrcidError

routes = web.RouteTableDef()
log = logging.getLogger(__name__)

SCOPE: Final = "/webhook"
_ATTEMPTS: Final = 3
_MAX_WAITING: Final = 1000
_LIMIT: Final = aiohttp.ClientTimeout(total=5)
_PATH: Final = r"/{orcid:[^/]+}/webhook/{uri:.+}"


@routes.put(_PATH)
async def register(request: web.Request) -> web.Response:
    """Register an address: 201 when new, 204 when it already was registered."""
    who, orcid_id, uri = _enter(request)
    state = request.app[STATE]
    if orcid_id not in state.people:
        raise OrcidError(9011, orcid=orcid_id)
    registered = state.webhooks.get((orcid_id, uri))
    if registered is not None and registered.client_id == who.client.client_id:
        return web.Response(status=204)
    if registered is not None:
        state.remove_webhook(registered)
    state.add_webhook(Webhook(orcid_id, uri, who.client.client_id))
    location = f"{answers.site(request)}{request.raw_path}"
    return web.Response(status=201, headers={"Location": location})


@routes.delete(_PATH)
async def unregister(request: web.Request) -> web.Response:
    """Remove a registration."""
    who, orcid_id, uri = _enter(request)
    state = request.app[STATE]
    if orcid_id not in state.people:
        raise OrcidError(9011, orcid=orcid_id)
    registered = state.webhooks.get((orcid_id, uri))
    if registered is None:
        raise OrcidError(9028, orcid=orcid_id, uri=uri)
    if registered.client_id != who.client.client_id:
        raise OrcidError(9014, activity="webhook")
    state.remove_webhook(registered)
    return web.Response(status=204)


def _enter(request: web.Request) -> tuple[Caller, str, str]:
    who = caller(request, request.app[STATE])
    answers.negotiate(request)
    who.require(SCOPE)
    # The raw path: decoding would split a percent-encoded address.
    _, _, raw = request.raw_path.split("?", 1)[0].partition("/webhook/")
    uri = unquote(raw)
    if "://" not in uri:
        uri = f"http://{uri}"
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise OrcidError(9012, f"Webhook uri: {uri} is not an address") from error
    if not parts.hostname or " " in uri:
        raise OrcidError(9012, f"Webhook uri: {uri} is not an address")
    return who, request.match_info["orcid"], uri


class WebhookCaller:
    """Calls the registered addresses; changes close together cause one call."""

    def __init__(self, state: OrcidState) -> None:
        """Listen to the changes of this state."""
        self._state = state
        self._waiting: dict[str, None] = {}
        self._woken = asyncio.Event()

    def record_changed(self, orcid_id: str) -> None:
        """Schedule a call for a changed record, if an address is registered."""
        if self._state.webhooks_of.get(orcid_id) and len(self._waiting) < _MAX_WAITING:
            self._waiting[orcid_id] = None
            self._woken.set()

    async def run(self) -> None:
        """Call addresses until cancelled."""
        async with aiohttp.ClientSession(timeout=_LIMIT) as session:
            while True:
                await self._woken.wait()
                await asyncio.sleep(self._state.options.webhook_delay)
                self._woken.clear()
                waiting, self._waiting = self._waiting, {}
                for orcid_id in waiting:
                    for webhook in list(self._state.webhooks_of.get(orcid_id, ())):
                        await self._call(session, webhook)

    async def _call(self, session: aiohttp.ClientSession, webhook: Webhook) -> None:
        client = self._state.clients.get(webhook.client_id)
        if client is None or client.status != "active" or not is_this_machine(webhook.uri):
            return
        for _ in range(_ATTEMPTS):
            try:
                async with session.post(webhook.uri, allow_redirects=False) as response:
                    if response.ok:
                        webhook.delivered += 1
                        return
            except (aiohttp.ClientError, TimeoutError) as error:
                log.info("webhook.failed %s", type(error).__name__)
            webhook.failed += 1


def is_this_machine(uri: str) -> bool:
    """Tell whether an address is on the loopback interface."""
    host = urlsplit(uri).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def call_webhooks(app: web.Application) -> AsyncIterator[None]:
    """Run the caller while the stand-in runs."""
    state = app[STATE]
    webhook_caller = WebhookCaller(state)
    state.on_change = webhook_caller.record_changed
    task = asyncio.create_task(webhook_caller.run())
    yield
    state.on_change = lambda _orcid_id: None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

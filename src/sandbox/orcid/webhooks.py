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
_ATTEMPTS: Final = 25
"""So many failed calls, and the change is given up."""
_RETRY_SECONDS: Final = 600.0
"""Times the number of failed calls: how long the next one waits."""
_SHORTEST_DELAY: Final = 0.05
_TOO_MANY: Final = 429
"""Stops the calls for this client until the next run."""
_SUCCESS: Final = 2
_LIMIT: Final = aiohttp.ClientTimeout(total=5)
_PATH: Final = r"/{orcid:[^/]+}/webhook/{uri:.+}"


@routes.put(_PATH)
async def register(request: web.Request) -> web.Response:
    """Register an address: 201 when new, 204 when it already was registered, also by another client."""
    who, orcid_id, uri = _enter(request)
    state = request.app[STATE]
    if orcid_id not in state.people:
        raise OrcidError(9011, orcid=orcid_id)
    registered = state.webhooks.get((orcid_id, uri))
    if registered is not None:
        # Also of another client: two clients cannot both have one address for one record.
        return web.Response(status=204)
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

    def record_changed(self, orcid_id: str) -> None:
        """Make the calls for a changed record due."""
        for webhook in self._state.webhooks_of.get(orcid_id, ()):
            webhook.failed, webhook.due_at = 0, self._state.now()

    async def run(self) -> None:
        """Call addresses until cancelled."""
        async with aiohttp.ClientSession(timeout=_LIMIT) as session:
            while True:
                await asyncio.sleep(max(self._state.options.webhook_delay, _SHORTEST_DELAY))
                await self._run_once(session)

    async def _run_once(self, session: aiohttp.ClientSession) -> None:
        paused: set[str] = set()
        due = [webhook for webhook in self._state.webhooks.values() if self._is_due(webhook)]
        for webhook in due:
            if webhook.client_id not in paused and await self._call(session, webhook) == _TOO_MANY:
                paused.add(webhook.client_id)

    def _is_due(self, webhook: Webhook) -> bool:
        client = self._state.clients.get(webhook.client_id)
        if webhook.due_at is None or client is None or client.status != "active":
            return False
        return webhook.due_at <= self._state.now() and is_this_machine(webhook.uri)

    async def _call(self, session: aiohttp.ClientSession, webhook: Webhook) -> int:
        # A change during the call makes it due again.
        webhook.due_at, status = None, 0
        try:
            async with session.post(webhook.uri, allow_redirects=False) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("webhook.failed %s", type(error).__name__)
        if status // 100 == _SUCCESS:
            webhook.delivered += 1
            webhook.failed = 0
            return status
        webhook.failed += 1
        if webhook.failed < _ATTEMPTS and webhook.due_at is None:
            webhook.due_at = self._state.now() + webhook.failed * _RETRY_SECONDS
        return status


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

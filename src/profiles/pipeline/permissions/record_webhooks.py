"""Have ORCID call us when a record changes, for people with a permission, and compare the record then."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction

from profiles.claims import selectors as claims
from profiles.clients.blocking import call
from profiles.clients.errors import RefusedError, ServiceError, TokenRejectedError
from profiles.clients.http import HttpClient
from profiles.clients.orcid_record import WEBHOOK_SCOPE, OrcidWebhooks
from profiles.consents import record_webhooks
from profiles.domain.consent import Purpose
from profiles.domain.push.own_writes import OWN_CHANGE_WINDOW, is_our_own_change
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake import selectors as intake
from profiles.pipeline import sync_clients
from profiles.pipeline.works import own_record

log = structlog.get_logger(__name__)

COMPARISON_INTERVAL: Final = timedelta(minutes=1)
"""A record is compared at most so often, however often ORCID calls."""
MAX_PER_RUN: Final = 2000
"""How many registrations one hourly run starts; the first run after switching on has all people."""
_tokens: dict[str, str] = {}
"""The token of our own, by client: in this process's memory only."""


@transaction.atomic
def record_changed(orcid_id: str) -> None:
    """Queue a comparison of a record that changed, unless the change was our own.

    Calls for one record become one comparison. It only reads at ORCID, so it causes no further call.
    """
    is_registered, called_before = record_webhooks.record_call(orcid_id)
    if not is_registered:
        return
    own_record.forget_record(orcid_id)
    now = clock.now()
    written_at = claims.last_write_at(orcid_id, since=now - OWN_CHANGE_WINDOW)
    if is_our_own_change(written_at=written_at, called_before=called_before):
        log.info("record_webhook.own_change")
        return
    last = intake.reconciliation_of(orcid_id)
    at = max(now, last.at + COMPARISON_INTERVAL) if last else now
    defer(job_names.COMPARE, lock=f"{job_names.COMPARE}:{orcid_id}", at=at, orcid_id=orcid_id)


def keep_all() -> int:
    """Start what is to be registered or removed at ORCID and was not; return the number of records.

    This finds people from before webhooks were switched on, and addresses made with an older key.
    """
    orcid_ids = record_webhooks.out_of_date(limit=MAX_PER_RUN)
    if not orcid_ids:
        return 0
    try:
        call(_look_for_access())
    except ServiceError as error:
        log.exception("record_webhook.no_access", problem=error.entry.code)
        return 0
    for orcid_id in orcid_ids:
        record_webhooks.keep_later(orcid_id)
    return len(orcid_ids)


def keep(orcid_id: str) -> None:
    """Make ORCID's registration for a record what it should be. Safe to run twice.

    Raises:
        ServiceError: ORCID does not answer; try again later.
    """
    wanted = record_webhooks.address_for(orcid_id) if record_webhooks.is_wanted(orcid_id) else ""
    registered = record_webhooks.registration_of(orcid_id)
    if registered is not None and registered.address != wanted:
        _remove(orcid_id, registered.address)
        record_webhooks.record_removed(orcid_id, registered.address)
    if not wanted or (registered is not None and registered.address == wanted and registered.registered_at):
        return
    address = record_webhooks.begin(orcid_id)
    try:
        call(_with_own_http(lambda orcid: orcid.register(orcid_id, address)))
    except RefusedError as error:
        log.exception("record_webhook.refused", problem=error.entry.code)
        return
    if not record_webhooks.record_registered(orcid_id, address):
        # The person left while ORCID was asked.
        _remove(orcid_id, address)


def _remove(orcid_id: str, address: str) -> None:
    call(_with_own_http(lambda orcid: _remove_if_allowed(orcid, orcid_id, address)))


async def remove(http: HttpClient, orcid_id: str, address: str) -> None:
    """Remove an address at ORCID.

    Raises:
        ServiceError: ORCID does not answer; try again later.
    """
    await _as_ourselves(http, lambda orcid: _remove_if_allowed(orcid, orcid_id, address))


async def _remove_if_allowed(orcid: OrcidWebhooks, orcid_id: str, address: str) -> None:
    try:
        await orcid.remove(orcid_id, address)
    except RefusedError as error:
        # Only the client that registered it may remove it. Calls that still come are not acted on.
        log.warning("record_webhook.not_removed", problem=error.entry.code)


async def _with_own_http(act: Callable[[OrcidWebhooks], Awaitable[None]]) -> None:
    async with wiring.http_client() as http:
        await _as_ourselves(http, act)


async def _as_ourselves(http: HttpClient, act: Callable[[OrcidWebhooks], Awaitable[None]]) -> None:
    """Call ORCID with the token of our own; once more with a new one if ORCID no longer accepts it."""
    client_id = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    had_token = client_id in _tokens
    try:
        orcid = wiring.orcid_webhooks(http, token=await _own_token(http))
        await sync_clients.call_at_shared_pace(client_id, lambda: act(orcid), urgent=False)
    except TokenRejectedError:
        _tokens.pop(client_id, None)
        if not had_token:
            raise
        await _as_ourselves(http, act)


async def _own_token(http: HttpClient) -> str:
    client = wiring.orcid_client(Purpose.AUTO_UPDATE)
    if client.client_id not in _tokens:
        answer = await wiring.orcid_oauth(http).client_token(client, scope=WEBHOOK_SCOPE, now=clock.now())
        _tokens[client.client_id] = answer.access_token
    return _tokens[client.client_id]


async def _look_for_access() -> None:
    async with wiring.http_client() as http:
        await _own_token(http)

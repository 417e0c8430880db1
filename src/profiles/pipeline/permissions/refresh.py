"""Keep permissions alive: check them again after a refusal, and refresh tokens before they expire."""

from functools import partial

import structlog

from profiles.clients.blocking import call
from profiles.clients.errors import ServiceError, TokenRejectedError
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import refreshing, selectors, worker_queries
from profiles.consents.models import Consent
from profiles.consents.refreshing import Pair
from profiles.consents.sealing import purpose_of
from profiles.domain.consent import Purpose
from profiles.domain.problems import CODE_REFUSED
from profiles.infra import clock, wiring
from profiles.infra.each import for_each
from profiles.infra.postgres import async_connections
from profiles.infra.vault import VaultError
from profiles.pipeline import sync_clients

log = structlog.get_logger(__name__)


def check_doubted() -> int:
    """Try permissions again that ORCID refused minutes ago; return how many are lost.

    Pushes do this on their own; this is for people who have no claim on its way. Safe to run twice.
    """
    doubted = selectors.doubted_before(clock.now() - worker_queries.LOST_AFTER)
    return call(_recheck(doubted)) if doubted else 0


async def _recheck(doubted: list[Consent]) -> int:
    used, refused = [], []
    async with wiring.http_client() as http:
        record = wiring.orcid_record(http)
        for consent in doubted:
            pair = (consent.orcid_id, Purpose(consent.purpose))
            try:
                read = partial(record.look, consent.orcid_id, _token_of(consent))
                await sync_clients.call_at_shared_pace(consent.client_id, read, urgent=False)
            except TokenRejectedError:
                refused.append(pair)
            except (ServiceError, VaultError) as error:
                log.info("permission.not_checked", error=type(error).__name__)
            else:
                used.append(pair)
    async with await async_connections.connect("profiles permissions") as connection:
        now = clock.now()
        await worker_queries.record_use(connection, used=used, now=now)
        return len(await worker_queries.record_refusals(connection, refused=refused, now=now))


def _token_of(consent: Consent) -> str:
    return wiring.vault().unseal(bytes(consent.access_token or b""), purpose=purpose_of(consent))


def refresh_due() -> int:
    """Refresh the token pairs that expire soon; return how many were refreshed. Safe to run twice."""
    refreshed = 0
    while pairs := refreshing.take_due(now=clock.now()):
        in_this_batch = for_each(pairs, _refresh, job="refresh")
        refreshed += in_this_batch
        if not in_this_batch:
            # ORCID does not answer: leave the others for later.
            break
    return refreshed


def _refresh(pair: Pair) -> bool:
    try:
        token = call(_exchange(pair))
    except (ServiceError, VaultError) as error:
        if isinstance(error, ServiceError) and error.entry is CODE_REFUSED:
            refreshing.record_refusal(pair=pair, now=clock.now())
        else:
            refreshing.retry_refresh_later(pair=pair, now=clock.now())
        log.warning("permission.not_refreshed", error=type(error).__name__)
        return False
    if token.orcid_id not in {None, pair.orcid_id}:
        # Never seen; a token of another person must not be stored, whatever the cause.
        log.error("permission.refreshed_for_another")
        refreshing.retry_refresh_later(pair=pair, now=clock.now())
        return False
    return refreshing.swap(pair=pair, token=token, now=clock.now())


async def _exchange(pair: Pair) -> TokenAnswer:
    refresh_token = refreshing.open_pair(pair)
    async with wiring.http_client() as http:
        client = wiring.orcid_client(Purpose(pair.purpose))
        if client.client_id != pair.client_id:
            # The deployment has another client now: tokens of the old one can no longer be refreshed.
            raise ServiceError("permission of another client")
        return await wiring.orcid_oauth(http).refresh(client, refresh_token=refresh_token, now=clock.now())

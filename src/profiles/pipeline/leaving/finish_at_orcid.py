"""Finish a departure at ORCID: remove the works, then revoke the tokens."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from psycopg import AsyncConnection

from profiles.accounts.selectors import HAS_OPEN_ACCOUNT
from profiles.claims.selectors import CLAIMS
from profiles.clients.blocking import call
from profiles.clients.errors import ServiceError, TokenRejectedError, WorkGoneError
from profiles.clients.orcid_oauth import OrcidOAuth
from profiles.clients.orcid_works import OrcidWorks
from profiles.consents import departures
from profiles.consents.departures import Remaining, Token
from profiles.consents.models import Departure
from profiles.domain import problems
from profiles.domain.consent import Purpose
from profiles.domain.problem import Retry
from profiles.infra import clock, wiring
from profiles.infra.jobs.row_jobs import RetryLaterError, row_job
from profiles.infra.postgres import async_connections
from profiles.pipeline.permissions import record_webhooks
from profiles.pipeline.push.rate import Pacing

log = structlog.get_logger(__name__)

MAX_RUN_SECONDS: Final = 60.0
"""A run ends by then, also while calls to ORCID are paused; the rest is sent in a later run."""
MAX_WORKS_PER_RUN: Final = 200
TRIES_BEFORE_TOKEN_IS_DEAD: Final = 4
"""A token that ORCID refuses for about an hour is dead; before that, the fault may be ORCID's."""
PERMANENT_REFUSALS: Final = frozenset({Retry.NEVER, Retry.PERMISSION})
_MAX_WAIT: Final = timedelta(hours=6)
_ADDED_SINCE: Final = f"""
SELECT {HAS_OPEN_ACCOUNT},
    ARRAY(SELECT c.put_code FROM {CLAIMS} WHERE c.orcid_id = %(orcid_id)s AND c.put_code IS NOT NULL)
"""  # noqa: S608  nothing of a caller's


@dataclass(slots=True)
class RunResult:
    """The outcome of a run. ``found`` counts works on the record whose put-code we did not know."""

    removed: int = 0
    found: int = 0
    revoked: int = 0
    problem: str = ""


class DepartureRun:
    """One run for one person. What is done is taken out of ``remaining`` at once."""

    def __init__(self, departure_id: int, remaining: Remaining, *, tries: int) -> None:
        self.departure_id = departure_id
        self.remaining = remaining
        self._token_may_recover = tries < TRIES_BEFORE_TOKEN_IS_DEAD
        self._result = RunResult()

    async def run(self) -> RunResult:
        """Do as much as one run allows; an outage ends it with its problem, and nothing is raised."""
        try:
            async with asyncio.timeout(MAX_RUN_SECONDS):
                await self._run_steps()
        except TimeoutError:
            self._result.problem = self._result.problem or problems.ORCID_UNAVAILABLE.code
        except ServiceError as error:
            self._result.problem = error.entry.code
        return self._result

    async def _run_steps(self) -> None:
        remaining = self.remaining
        if remaining.look_again_at and clock.now() >= remaining.look_again_at:
            remaining.looks = sorted({token.client_id for token in remaining.tokens})
            remaining.look_again_at = None
        pacing = Pacing(
            lambda: async_connections.connect("profiles leaving"), limit=wiring.orcid_limit(), burst_share=1
        )
        async with wiring.http_client() as http, aclosing(pacing):
            if remaining.webhook:
                await record_webhooks.remove(http, remaining.orcid_id, remaining.webhook)
                remaining.webhook = ""
            works = wiring.orcid_works(http)
            for token in list(remaining.tokens):
                await self._find_works(token, works, pacing)
                await self._remove(token, works, pacing)
            if not (remaining.works or remaining.looks or remaining.look_again_at):
                await self._revoke(wiring.orcid_oauth(http))

    async def _find_works(self, token: Token, works: OrcidWorks, pacing: Pacing) -> None:
        """Find all works on the record that this client added, also those we did not know of."""
        client_id, remaining = token.client_id, self.remaining
        if client_id not in remaining.looks:
            return
        await pacing.enter(client_id, urgent=False)
        try:
            works_on_record = await works.read_all(remaining.orcid_id, token.token)
        except ServiceError as error:
            await pacing.failed(client_id, error)
            if not isinstance(error, TokenRejectedError) and error.entry.retry not in PERMANENT_REFUSALS:
                raise
            # A token that was revoked at ORCID still removes, but no longer reads (contract 1.6.5).
            works_on_record = []
        else:
            await pacing.answered(client_id)
        is_back, _added = await self._added_since(pacing)
        if is_back:
            # Works that we did not know of may be those that the person adds again.
            works_on_record = []
        known = set(remaining.put_codes.get(client_id, ()))
        put_codes = {work.put_code for work in works_on_record if work.client_id == client_id}
        if put_codes - known:
            remaining.put_codes[client_id] = sorted(known | put_codes)
            self._result.found += len(put_codes - known)
        remaining.looks.remove(client_id)

    async def _added_since(self, pacing: Pacing) -> tuple[bool, set[int]]:
        """Tell whether the person came back, and which works on the record they want again."""

        async def read(connection: AsyncConnection[Any]) -> tuple[bool, list[int]]:
            cursor = await connection.execute(_ADDED_SINCE, {"orcid_id": self.remaining.orcid_id})
            row = await cursor.fetchone()
            assert row is not None
            return row[0], row[1]

        is_back, put_codes = await pacing.database.use(read)
        return is_back, set(put_codes)

    async def _remove(self, token: Token, works: OrcidWorks, pacing: Pacing) -> None:
        codes = self.remaining.put_codes.get(token.client_id, [])
        for put_code in codes[:MAX_WORKS_PER_RUN]:
            _is_back, added = await self._added_since(pacing)
            if put_code in added:
                codes.remove(put_code)
                continue
            await pacing.enter(token.client_id, urgent=False)
            try:
                await works.remove(self.remaining.orcid_id, token.token, put_code)
            except WorkGoneError:
                pass
            except ServiceError as error:
                await pacing.failed(token.client_id, error)
                is_token_dead = isinstance(error, TokenRejectedError) and not self._token_may_recover
                if not is_token_dead and error.entry.retry not in PERMANENT_REFUSALS:
                    raise
                # ORCID will never allow it: the work stays, and the receipt counts it as not removed.
                codes.remove(put_code)
                continue
            codes.remove(put_code)
            self._result.removed += 1

    async def _revoke(self, oauth: OrcidOAuth) -> None:
        for token in list(self.remaining.tokens):
            client = wiring.orcid_client(Purpose(token.purpose))
            if client.client_id == token.client_id:
                await oauth.revoke(client, token=token.token)
                self._result.revoked += 1
            # Otherwise the deployment has another client now, and only the person can revoke the token.
            self.remaining.tokens.remove(token)


def _give_up(row: Departure) -> None:
    departures.give_up(departure_id=row.pk, problem=row.problem)


@row_job(
    Departure,
    name="finish_departure",
    begun=lambda row: row.asked_at,
    give_up_after=departures.MAX_DURATION,
    on_give_up=_give_up,
    longest_wait=_MAX_WAIT,
)
def finish_departure(row: Departure, tries: int) -> None:
    """Do what is left to do at ORCID for a person who left. Safe to run twice: finished parts are gone."""
    if row.sealed is None:
        return
    run = DepartureRun(row.pk, departures.open_remaining(row), tries=tries)
    result = call(run.run())
    departure = departures.record(
        departure_id=row.pk,
        remaining=run.remaining,
        removed=result.removed,
        found=result.found,
        revoked=result.revoked,
        problem=result.problem,
    )
    log.info(
        "departure.run",
        departure_id=row.pk,
        removed=result.removed,
        revoked=result.revoked,
        problem=result.problem,
        over=departure.finished_at is not None,
    )
    if departure.finished_at is None:
        raise RetryLaterError(result.problem or "more to do", wait=_wait(departure, run.remaining, result))


def _wait(departure: Departure, remaining: Remaining, result: RunResult) -> timedelta | None:
    """Return how long the next run waits; None means as long as after any failure."""
    now = clock.now()
    if result.problem:
        # Sealed data are not kept longer than we promise.
        left = departure.ends_by - now
        return left if left < 2 * _MAX_WAIT else None
    if remaining.look_again_at and not remaining.works:
        return max(remaining.look_again_at - now, timedelta(0))
    made_progress = result.removed or result.found or result.revoked
    return timedelta(0) if made_progress else timedelta(minutes=1)

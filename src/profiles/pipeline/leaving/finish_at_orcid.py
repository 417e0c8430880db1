"""The last things done at ORCID for somebody who left: works removed, then tokens revoked."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from profiles.clients.blocking import call
from profiles.clients.errors import ServiceError, TokenRejectedError, WorkGoneError
from profiles.clients.orcid_oauth import OrcidOAuth
from profiles.clients.orcid_works import OrcidWorks
from profiles.consents import departures
from profiles.consents.departures import Remaining, Token
from profiles.consents.models import Departure
from profiles.domain import problems
from profiles.domain.consent import Purpose
from profiles.domain.problems import Retry
from profiles.infra import clock, wiring
from profiles.infra.jobs import RetryLaterError, row_job
from profiles.infra.postgres import async_connections
from profiles.pipeline.push.rate import Pacing

log = structlog.get_logger(__name__)

TURN_SECONDS: Final = 60.0
"""A turn ends by then, also while calls to ORCID are paused; the rest is sent in a later turn."""
WORKS_A_TURN: Final = 200
PATIENT_TRIES: Final = 4
"""A token that ORCID refuses for about an hour is dead; before that it may be ORCID that has a bad time."""
HOPELESS: Final = frozenset({Retry.NEVER, Retry.PERMISSION})
_LONGEST_WAIT: Final = timedelta(hours=6)


@dataclass(slots=True)
class Done:
    """What a turn came to. ``found`` works were on the record without our having known their number."""

    removed: int = 0
    found: int = 0
    revoked: int = 0
    problem: str = ""


class Farewell:
    """One turn for one person. What is done is taken out of ``remaining`` at once."""

    def __init__(self, departure_id: int, remaining: Remaining, *, tries: int) -> None:
        self.departure_id = departure_id
        self.remaining = remaining
        self._patient = tries < PATIENT_TRIES
        self._done = Done()

    async def go_on(self) -> Done:
        """Do as much as a turn allows; an outage ends it with its problem, and nothing is raised."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn()
        except TimeoutError:
            self._done.problem = self._done.problem or problems.ORCID_UNAVAILABLE.code
        except ServiceError as error:
            self._done.problem = error.entry.code
        return self._done

    async def _turn(self) -> None:
        remaining = self.remaining
        if remaining.look_again_at and clock.now() >= remaining.look_again_at:
            remaining.looks = sorted({token.client_id for token in remaining.tokens})
            remaining.look_again_at = None
        pacing = Pacing(
            lambda: async_connections.connect("profiles leaving"), limit=wiring.orcid_limit(), burst_share=1
        )
        async with wiring.http_client() as http, aclosing(pacing):
            works = wiring.orcid_works(http)
            for token in list(remaining.tokens):
                await self._look(token, works, pacing)
                await self._remove(token, works, pacing)
            if not (remaining.works or remaining.looks or remaining.look_again_at):
                await self._revoke(wiring.orcid_oauth(http))

    async def _look(self, token: Token, works: OrcidWorks, pacing: Pacing) -> None:
        """Find on the record what this client added, whatever we knew of it."""
        client_id, remaining = token.client_id, self.remaining
        if client_id not in remaining.looks:
            return
        await pacing.enter(client_id, urgent=False)
        try:
            listed = await works.read_all(remaining.orcid_id, token.token)
        except ServiceError as error:
            await pacing.failed(client_id, error)
            if not isinstance(error, TokenRejectedError) and error.entry.retry not in HOPELESS:
                raise
            # A token that was taken back at ORCID still removes, but no longer reads (contract 1.6.5).
            listed = []
        else:
            await pacing.answered(client_id)
        known = set(remaining.put_codes.get(client_id, ()))
        there = {work.put_code for work in listed if work.client_id == client_id}
        if there - known:
            remaining.put_codes[client_id] = sorted(known | there)
            self._done.found += len(there - known)
        remaining.looks.remove(client_id)

    async def _remove(self, token: Token, works: OrcidWorks, pacing: Pacing) -> None:
        codes = self.remaining.put_codes.get(token.client_id, [])
        for put_code in codes[:WORKS_A_TURN]:
            await pacing.enter(token.client_id, urgent=False)
            try:
                await works.remove(self.remaining.orcid_id, token.token, put_code)
            except WorkGoneError:
                pass
            except ServiceError as error:
                await pacing.failed(token.client_id, error)
                dead = isinstance(error, TokenRejectedError) and not self._patient
                if not dead and error.entry.retry not in HOPELESS:
                    raise
                # ORCID will never let us: it stays, and the receipt counts it as not removed.
                codes.remove(put_code)
                continue
            codes.remove(put_code)
            self._done.removed += 1

    async def _revoke(self, oauth: OrcidOAuth) -> None:
        for token in list(self.remaining.tokens):
            client = wiring.orcid_client(Purpose(token.purpose))
            if client.client_id == token.client_id:
                await oauth.revoke(client, token=token.token)
                self._done.revoked += 1
            # Otherwise the deployment has another client now, and nobody can revoke it but the person.
            self.remaining.tokens.remove(token)


def _give_up(row: Departure) -> None:
    departures.give_up(departure_id=row.pk, problem=row.problem)


@row_job(
    Departure,
    name="finish_departure",
    begun=lambda row: row.asked_at,
    give_up_after=departures.LONGEST,
    on_give_up=_give_up,
    longest_wait=_LONGEST_WAIT,
)
def finish_departure(row: Departure, tries: int) -> None:
    """Do what is left to do at ORCID for a person who left. Safe to run twice: what is gone is gone."""
    if row.sealed is None:
        return
    farewell = Farewell(row.pk, departures.open_remaining(row), tries=tries)
    done = call(farewell.go_on())
    departure = departures.record(
        departure_id=row.pk,
        remaining=farewell.remaining,
        removed=done.removed,
        found=done.found,
        revoked=done.revoked,
        problem=done.problem,
    )
    log.info(
        "departure.went_on",
        departure=str(row.uuid),
        removed=done.removed,
        revoked=done.revoked,
        problem=done.problem,
        over=departure.finished_at is not None,
    )
    if departure.finished_at is None:
        raise RetryLaterError(done.problem or "more to do", wait=_wait(departure, farewell.remaining, done))


def _wait(departure: Departure, remaining: Remaining, done: Done) -> timedelta | None:
    """Say how long the next turn waits; None: as long as after any failure."""
    now = clock.now()
    if done.problem:
        # What is sealed is not kept a moment longer than we promise.
        left = departure.ends_by - now
        return left if left < 2 * _LONGEST_WAIT else None
    if remaining.look_again_at and not remaining.works:
        return max(remaining.look_again_at - now, timedelta(0))
    went_on = done.removed or done.found or done.revoked
    return timedelta(0) if went_on else timedelta(minutes=1)

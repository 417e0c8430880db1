"""Check before each call what may stop it: permission, switch, block, newer request, lost lane."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg import AsyncConnection

from profiles.claims import lanes
from profiles.claims.lanes import DueClaim, TakenLane
from profiles.consents import worker_queries as consents
from profiles.consents.worker_queries import Permission
from profiles.domain.consent import Purpose
from profiles.domain.push.plan import Grant, is_switched_off
from profiles.infra import clock
from profiles.infra.postgres.async_connections import SharedConnection


class NoLongerAllowedError(Exception):
    """A precondition has changed since the lane was taken: the next run decides again."""


@dataclass(eq=False, slots=True)
class _Question:
    """Whether a lane may make a call for these claims; ``unchanged`` is None until that was read."""

    lane: TakenLane
    claims: Sequence[DueClaim]
    permissions: Sequence[Permission] = ()
    unchanged: Sequence[DueClaim] | None = None


class PreconditionReader:
    """Reads what may stop calls, for all lanes that ask at one moment together.

    Two reads by primary key cost little beside a call to ORCID, but more than all else that is done for it.
    What a lane gets is never older than its question, because it is read after the lane asked.
    """

    def __init__(self, database: SharedConnection, *, longest_call: timedelta) -> None:
        self._database = database
        self._longest_call = longest_call
        self._asked: list[_Question] = []
        self._lock = asyncio.Lock()

    async def read(
        self, lane: TakenLane, claims: Sequence[DueClaim]
    ) -> tuple[Sequence[Permission], Sequence[DueClaim]]:
        """Return the permissions of the lane's person, and which of the claims are unchanged.

        Raises:
            psycopg.OperationalError: the database is gone, so the preconditions are unknown.
        """
        question = _Question(lane, claims)
        self._asked.append(question)
        try:
            async with self._lock:
                if question.unchanged is None:
                    await self._database.use(self._answer)
        finally:
            # Still there if the read failed or was cancelled; then each of the others reads again.
            if question in self._asked:
                self._asked.remove(question)
        return question.permissions, question.unchanged or ()

    async def _answer(self, connection: AsyncConnection[Any]) -> None:
        """Answer all questions that were asked until now."""
        questions = list(self._asked)
        orcid_ids = [question.lane.orcid_id for question in questions]
        permissions = await consents.permissions(connection, orcid_ids=orcid_ids, now=clock.now())
        claims = [(question.lane, claim) for question in questions for claim in question.claims]
        unchanged = await lanes.find_unchanged(connection, claims=claims, longest_call=self._longest_call)
        for question in questions:
            question.permissions = permissions.get(question.lane.orcid_id, ())
            generation = question.lane.generation
            question.unchanged = [claim for claim in question.claims if (claim.id, generation) in unchanged]
        self._asked = [question for question in self._asked if question.unchanged is None]


class Preconditions:
    """The preconditions of one lane's calls, as they were last read."""

    def __init__(
        self, lane: TakenLane, permissions: Sequence[Permission], *, reader: PreconditionReader
    ) -> None:
        self._lane = lane
        self._reader = reader
        self._remember(permissions)

    def _remember(self, permissions: Sequence[Permission]) -> None:
        self.permissions = permissions
        self.grants: Mapping[Purpose, Grant] = {p.purpose: Grant(p.client_id, p.scopes) for p in permissions}
        self.auto_update_on = any(p.auto_update_on for p in permissions)

    async def still_allowed(
        self, client_id: str, claims: Sequence[DueClaim], *, is_read: bool = False
    ) -> list[DueClaim]:
        """Read the preconditions of a call of this client again; return the claims for which it is allowed.

        The switch stops no call that only reads: it shows whether a work arrived before.

        Raises:
            psycopg.OperationalError: the database is gone, so the preconditions are unknown.
        """
        permissions, unchanged = await self._reader.read(self._lane, claims)
        self._remember(permissions)
        if all(permission.client_id != client_id for permission in permissions):
            return []
        return [claim for claim in unchanged if is_read or not self._is_stopped(claim)]

    def _is_stopped(self, claim: DueClaim) -> bool:
        return not claim.is_removal and is_switched_off(claim.origin, auto_update_on=self.auto_update_on)

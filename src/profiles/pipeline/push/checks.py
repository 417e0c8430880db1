"""Check before each call what may stop it: permission, switch, block, newer request, lost lane."""

from collections.abc import Mapping, Sequence
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


class Preconditions:
    """The preconditions of one lane's calls, as they were last read."""

    def __init__(
        self,
        lane: TakenLane,
        permissions: Sequence[Permission],
        *,
        database: SharedConnection,
        longest_call: timedelta,
    ) -> None:
        self._lane = lane
        self._database = database
        self._longest_call = longest_call
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
        Two reads by primary key cost far less than the call, and no change can be noticed too late.

        Raises:
            psycopg.OperationalError: the database is gone, so the preconditions are unknown.
        """
        unchanged = await self._database.use(lambda connection: self._read(connection, client_id, claims))
        return [claim for claim in unchanged if is_read or not self._is_stopped(claim)]

    async def _read(
        self, connection: AsyncConnection[Any], client_id: str, claims: Sequence[DueClaim]
    ) -> list[DueClaim]:
        orcid_id = self._lane.orcid_id
        permissions = await consents.permissions(connection, orcid_ids=[orcid_id], now=clock.now())
        self._remember(permissions.get(orcid_id, ()))
        if all(permission.client_id != client_id for permission in self.permissions):
            return []
        unchanged = await lanes.find_unchanged(
            connection, lane=self._lane, claims=claims, longest_call=self._longest_call
        )
        return [claim for claim in claims if claim.id in unchanged]

    def _is_stopped(self, claim: DueClaim) -> bool:
        return not claim.is_removal and is_switched_off(claim.origin, auto_update_on=self.auto_update_on)

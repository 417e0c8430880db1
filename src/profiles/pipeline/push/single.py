"""Send one claim, and do what its answer asks for: adopt, find, take over, add again."""

from collections.abc import Sequence
from dataclasses import replace

from profiles.claims.lanes import DueClaim, TakenLane
from profiles.clients.errors import ServiceError, TokenRejectedError, WorkExistsError, WorkGoneError
from profiles.consents.worker_queries import Permission
from profiles.domain import problems
from profiles.domain.consent import Purpose
from profiles.domain.push.plan import Plan, Step
from profiles.pipeline.push.calls import LaneCalls, Planned, Tools


class SinglePush(LaneCalls):
    """The calls that one claim leads to, and their outcome."""

    def __init__(self, lane: TakenLane, permissions: Sequence[Permission], *, tools: Tools) -> None:
        super().__init__(lane, permissions, tools=tools)
        self._refused_clients: set[str] = set()
        self._full: ServiceError | None = None

    async def _send(self, item: Planned) -> None:
        try:
            put_code = await self._carry_out(item)
        except WorkExistsError as error:
            await self._adopt(item, error)
        except WorkGoneError as error:
            await self._after_gone(item, error)
        except ServiceError as error:
            self._fail(item, error)
        else:
            self._result.succeed(item.claim, item.plan.client_id, put_code, item.content)

    async def _take_over(self, item: Planned) -> None:
        """Put the work there in this client's name, and only then remove the older entry.

        Cut off between the two, it begins again: the new entry is found there, and the old one is removed.
        """
        claim = item.claim
        old = Planned(claim, Plan(Step.REMOVE, claim.owner_client, claim.put_code), item.content)
        try:
            put_code = await self._put_there(item)
        except ServiceError as error:
            self._fail(item, error)
            return
        try:
            await self._carry_out(old)
        except WorkGoneError:
            pass
        except ServiceError as error:
            self._fail(old, error)
            return
        note = "taken over by Auto-Update"
        self._result.succeed(claim, item.plan.client_id, put_code, item.content, note=note)

    async def _remove_both(self, item: Planned) -> None:
        """Remove a work whose taking over was cut off: there may be an entry of either client."""
        grant = self._now.grants.get(Purpose.AUTO_UPDATE)
        if grant and grant.client_id != item.plan.client_id:
            newer = replace(item, plan=Plan(Step.FIND, grant.client_id))
            try:
                await self._carry_out(newer)
            except WorkGoneError:
                pass
            except ServiceError as error:
                self._fail(newer, error)
                return
        await self._send(item)

    async def _put_there(self, item: Planned) -> int:
        """Add the work, or bring up to date what is there from this client already."""
        try:
            added = await self._carry_out(replace(item, plan=Plan(Step.ADD, item.plan.client_id)))
        except WorkExistsError as error:
            found = error.put_code or await self._find(item)
            if found is None:
                raise
            await self._update(item, found)
            return found
        assert added is not None
        return added

    async def _adopt(self, item: Planned, error: WorkExistsError) -> None:
        """The work is there from us already: take its put-code and bring it up to date."""
        try:
            put_code = error.put_code or await self._find(item)
            if put_code is None:
                self._fail(item, error)
                return
            await self._update(item, put_code)
        except WorkGoneError as second:
            # Removed between the two answers: only its owner's request adds it again, with the next try.
            if self._may_come_back(item.claim):
                self._result.fail(item.claim, second, problem=problems.WORK_EXISTS)
            else:
                self._result.vanish(item.claim)
        except ServiceError as second:
            self._fail(item, second)
        else:
            self._result.succeed(
                item.claim, item.plan.client_id, put_code, item.content, note="put-code adopted"
            )

    async def _after_gone(self, item: Planned, error: WorkGoneError) -> None:
        """No such work, or no such record: what that means depends on what we wanted."""
        claim, step = item.claim, item.plan.step
        if step is Step.ADD:
            self._result.fail(claim, error, problem=problems.RECORD_UNKNOWN)
        elif step is Step.REMOVE:
            # It may have come back under a number that was lost with an answer.
            await self._send(replace(item, plan=Plan(Step.FIND, item.plan.client_id)))
        elif claim.is_removal:
            self._result.succeed(claim, item.plan.client_id, None, None, note="it was gone already")
        elif not self._may_come_back(claim):
            self._result.vanish(claim)
        else:
            await self._send(Planned(claim, Plan(Step.ADD, item.plan.client_id), item.content))

    @staticmethod
    def _may_come_back(claim: DueClaim) -> bool:
        """Say whether a work that is gone may be added again.

        Its owner asked for it since it was there last; or it may be we who removed it, and it has been asked
        for again since.
        """
        return claim.owner_asks or claim.removal_begun

    def _fail(self, item: Planned, error: ServiceError) -> None:
        if isinstance(error, TokenRejectedError):
            self._refused_clients.add(item.plan.client_id)
            self._result.refused |= self._purposes(item.plan.client_id)
        if error.entry is problems.RECORD_FULL:
            self._full = error
        self._result.fail(item.claim, error, content=item.content)

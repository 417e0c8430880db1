"""Send one claim, and follow up on its answer: adopt, find, take over, add again."""

from collections.abc import Sequence
from dataclasses import replace

from profiles.claims.lanes import DueClaim, TakenLane
from profiles.clients.errors import ServiceError, TokenRejectedError, WorkExistsError, WorkGoneError
from profiles.consents.worker_queries import Permission
from profiles.domain import problems
from profiles.domain.consent import Purpose
from profiles.domain.push.plan import Plan, Step
from profiles.pipeline.push.calls import LaneCalls, PlannedPush, Tools


class SinglePush(LaneCalls):
    """The calls for one claim, and their outcome."""

    def __init__(self, lane: TakenLane, permissions: Sequence[Permission], *, tools: Tools) -> None:
        super().__init__(lane, permissions, tools=tools)
        self._refused_clients: set[str] = set()
        self._record_full_error: ServiceError | None = None

    async def _send(self, item: PlannedPush) -> None:
        try:
            if self._may_still_arrive(item.claim) and await self._find(item) is None:
                self._result.look_again(item.claim, after=self._tools.longest_call)
                return
            put_code = await self._execute(item)
        except WorkExistsError as error:
            await self._adopt(item, error)
        except WorkGoneError as error:
            await self._after_gone(item, error)
        except ServiceError as error:
            self._fail(item, error)
        else:
            self._result.succeed(item.claim, item.plan.client_id, put_code, item.content)

    @staticmethod
    def _may_still_arrive(claim: DueClaim) -> bool:
        """Return whether a work to remove may be on its way: an addition got no answer that we know of."""
        return claim.is_removal and claim.in_doubt and claim.put_code is None

    async def _take_over(self, item: PlannedPush) -> None:
        """Add the work with this client, and only then remove the older entry.

        Interrupted between the two, it starts again: the new entry is found, and the old one removed.
        """
        claim = item.claim
        old = PlannedPush(claim, Plan(Step.REMOVE, claim.owner_client, claim.put_code), item.content)
        try:
            put_code = await self._add_or_update(item)
        except ServiceError as error:
            self._fail(item, error)
            return
        try:
            await self._execute(old)
        except WorkGoneError:
            pass
        except ServiceError as error:
            self._fail(old, error)
            return
        note = "taken over by Auto-Update"
        self._result.succeed(claim, item.plan.client_id, put_code, item.content, note=note)

    async def _remove_both(self, item: PlannedPush) -> None:
        """Remove a work whose take-over was interrupted: there may be an entry of either client."""
        grant = self._preconditions.grants.get(Purpose.AUTO_UPDATE)
        if grant and grant.client_id != item.plan.client_id:
            newer = replace(item, plan=Plan(Step.FIND, grant.client_id))
            try:
                await self._execute(newer)
            except WorkGoneError:
                pass
            except ServiceError as error:
                self._fail(newer, error)
                return
        await self._send(item)

    async def _add_or_update(self, item: PlannedPush) -> int:
        """Add the work, or update the entry that this client has added already."""
        try:
            added = await self._execute(replace(item, plan=Plan(Step.ADD, item.plan.client_id)))
        except WorkExistsError as error:
            put_code = error.put_code or await self._find(item)
            if put_code is None:
                raise
            await self._update(item, put_code)
            return put_code
        assert added is not None
        return added

    async def _adopt(self, item: PlannedPush, error: WorkExistsError) -> None:
        """Adopt the put-code of a work that we added already, and update the work."""
        try:
            put_code = error.put_code or await self._find(item)
            if put_code is None:
                self._fail(item, error)
                return
            await self._update(item, put_code)
        except WorkGoneError as second:
            # Removed between the two answers: only its owner's request adds it again, in the next try.
            if self._may_be_added_again(item.claim):
                self._result.fail(item.claim, second, problem=problems.WORK_EXISTS)
            else:
                self._result.vanish(item.claim)
        except ServiceError as second:
            self._fail(item, second)
        else:
            self._result.succeed(
                item.claim, item.plan.client_id, put_code, item.content, note="put-code adopted"
            )

    async def _after_gone(self, item: PlannedPush, error: WorkGoneError) -> None:
        """Handle "no such work" or "no such record"; the meaning depends on the step."""
        claim, step = item.claim, item.plan.step
        if step is Step.ADD:
            self._result.fail(claim, error, problem=problems.RECORD_UNKNOWN)
        elif step is Step.REMOVE:
            # It may be there again under a put-code that was lost with an answer.
            await self._send(replace(item, plan=Plan(Step.FIND, item.plan.client_id)))
        elif claim.is_removal:
            self._result.succeed(claim, item.plan.client_id, None, None, note="it was gone already")
        elif not self._may_be_added_again(claim):
            self._result.vanish(claim)
        else:
            await self._send(PlannedPush(claim, Plan(Step.ADD, item.plan.client_id), item.content))

    @staticmethod
    def _may_be_added_again(claim: DueClaim) -> bool:
        """Tell whether a work that is gone may be added again.

        It may when its owner has requested it since, or when we may have removed it ourselves and it was
        requested again since.
        """
        return claim.owner_asks or claim.removal_begun

    def _fail(self, item: PlannedPush, error: ServiceError) -> None:
        if isinstance(error, TokenRejectedError):
            self._refused_clients.add(item.plan.client_id)
            self._result.refused |= self._purposes(item.plan.client_id)
        if error.entry is problems.RECORD_FULL:
            self._record_full_error = error
        self._result.fail(item.claim, error, content=item.content)

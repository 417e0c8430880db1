"""Push the due claims of one ORCID record, one call at a time, and return the outcome of each claim.

No transaction is open here while ORCID is called. A known answer never raises: it becomes an outcome,
recorded with the others of its batch. An exception is a bug of ours; it is recorded with its claim, and the
lane continues.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import structlog
from psycopg import OperationalError
from structlog.contextvars import bound_contextvars

from profiles.claims.campaigns import Correction
from profiles.claims.lanes import DueClaim, TakenLane
from profiles.clients.errors import (
    RefusedError,
    ServiceError,
    WorkExistsError,
)
from profiles.clients.orcid_works import BULK
from profiles.consents.worker_queries import Permission
from profiles.domain import problems
from profiles.domain.claim import ClaimEvent
from profiles.domain.push.plan import AS_ON_RECORD, NEEDS_CONTENT, Plan, Situation, Step, plan_push
from profiles.infra import clock
from profiles.infra.monitoring import tracing
from profiles.pipeline.push.calls import PlannedPush, Tools
from profiles.pipeline.push.checks import NoLongerAllowedError
from profiles.pipeline.push.content import ContentStore
from profiles.pipeline.push.rate import PaceStoppedError
from profiles.pipeline.push.results import LaneResult
from profiles.pipeline.push.single import SinglePush

log = structlog.get_logger(__name__)
T = TypeVar("T")
PARTIAL_BULK_ERRORS: Final = (problems.CONTENT_REFUSED, problems.REQUEST_REFUSED, problems.RECORD_FULL)
"""With these errors ORCID refuses a whole bulk, though only some of its works are at fault or do not fit
(contract 2.4.6, 2.11.1)."""
PROGRESS_SECONDS: Final = 5.0
PROGRESS_CALLS: Final = 10


class LanePush(SinglePush):
    """One run of one lane."""

    def __init__(
        self,
        lane: TakenLane,
        permissions: Sequence[Permission],
        *,
        contents: ContentStore,
        tools: Tools,
        corrections: Mapping[int, Correction],
    ) -> None:
        super().__init__(lane, permissions, tools=tools)
        self._corrections = corrections
        self._contents = contents
        self._report: Callable[[LaneResult], None] = lambda _result: None
        self._handed_over = time.monotonic()

    @property
    def orcid_id(self) -> str:
        """The iD of the record."""
        return self._lane.orcid_id

    @property
    def size(self) -> int:
        """The number of claims in this run."""
        return len(self._lane.claims)

    def finish_without_calls(self) -> LaneResult | None:
        """Return the result if no claim needs a call; None otherwise."""
        plans = [(claim, self._plan(claim)) for claim in self._lane.claims]
        if any(plan.step is not Step.STOP or self._needs_lookup(claim) for claim, plan in plans):
            return None
        for claim, plan in plans:
            self._result.stop(claim, plan, inputs=self._contents.inputs(claim.doi))
        return self._hand_over(is_over=True)

    async def run(self, report: Callable[[LaneResult], None]) -> None:
        """Push the claims: only the urgent ones if there are any, else additions in bulk and then the rest.

        ``report`` gets the outcomes to record, every few calls or seconds, and the last ones at the end.
        """
        self._report = report
        self._put_back_until_removals_took_effect()
        planned = [PlannedPush(claim, self._plan(claim)) for claim in await self._resolve_doubts()]
        additions = [p for p in planned if p.plan.step is Step.ADD and not p.claim.urgent]
        in_bulk = {p.claim.id for p in additions} if len(additions) > 1 else set()
        for item in planned:
            if item.claim.urgent:
                await self._push_single(item)
        if any(item.claim.urgent for item in planned):
            self.preempt()
        for group in _split_by_client(additions if in_bulk else []):
            with (
                bound_contextvars(claim_ids=[p.claim.id for p in group]),
                # One call carries them all: the stored claims have a trace each.
                tracing.continued(group[0].claim.traceparent),
            ):
                await self._run_guarded([p.claim for p in group], self._push_bulk(group))
        for item in planned:
            if not item.claim.urgent and item.claim.id not in in_bulk:
                await self._push_single(item)
        report(self._hand_over(is_over=True))

    def _put_back_until_removals_took_effect(self) -> None:
        """Put back additions while an earlier removal without an answer may still take effect at ORCID.

        Added before it, the work would be lost with no trace. The removal was begun before the addition was
        requested.
        """
        for claim in self._lane.claims:
            until = claim.requested_at + self._tools.longest_call
            if claim.removal_begun and not claim.is_removal and clock.now() < until:
                self._result.put_back(claim, until=until)

    async def _resolve_doubts(self) -> list[DueClaim]:
        """Read the record once for the claims in doubt, and return the unfinished claims."""
        claims = self._unfinished(self._lane.claims)
        in_doubt = [claim for claim in claims if self._needs_lookup(claim)]
        looked_up: dict[int, DueClaim] = {}
        for client_id in dict.fromkeys(self._client_of(claim) for claim in in_doubt):
            group = [claim for claim in in_doubt if self._client_of(claim) == client_id]
            await self._run_guarded(group, self._look_up_all(client_id, group, looked_up))
        return [looked_up.get(claim.id, claim) for claim in self._unfinished(claims)]

    def _needs_lookup(self, claim: DueClaim) -> bool:
        """Tell whether the record must and can be read before anything is done for this claim."""
        is_unknown = claim.in_doubt and not claim.is_removal and bool(self._client_of(claim))
        # Where no call follows that would show it, an update that was under way is unknown too.
        return is_unknown and (claim.put_code is None or self._plan(claim).step is Step.STOP)

    async def _look_up_all(
        self, client_id: str, claims: Sequence[DueClaim], looked_up: dict[int, DueClaim]
    ) -> None:
        try:
            looked_up.update(await self._look_up(client_id, claims))
            for claim in claims:
                if looked_up[claim.id].put_code is None and _was_on_record(claim):
                    self._result.vanish(claim)
        except ServiceError as error:
            for claim in claims:
                self._fail(PlannedPush(claim, Plan(Step.FIND, client_id)), error)

    def _hand_over(self, *, is_over: bool) -> LaneResult:
        self._handed_over = time.monotonic()
        self._result.fetched += self._contents.take_fetched()
        return self._result.hand_over(is_over=is_over)

    def _report_progress(self) -> None:
        """Report outcomes during the run, because an answer that is not recorded may be lost."""
        is_due = time.monotonic() - self._handed_over >= PROGRESS_SECONDS
        if self._result.finished and (is_due or len(self._result.attempts) >= PROGRESS_CALLS):
            self._report(self._hand_over(is_over=False))

    def _plan(self, claim: DueClaim, digest: bytes | None = None) -> Plan:
        return plan_push(
            Situation(
                action=claim.action,
                origin=claim.origin,
                put_code=claim.put_code,
                owner_client=claim.owner_client,
                sent_digest=claim.sent_digest,
                started_before=claim.started_before,
                removed_by_owner=claim.removed_by_owner,
                blocked=claim.blocked,
                auto_update_on=self._preconditions.auto_update_on,
                grants=self._preconditions.grants,
                digest=digest,
                inputs=self._contents.inputs(claim.doi, claim.sent_inputs),
                sent_inputs=claim.sent_inputs,
                reassert=claim.reassert,
                in_doubt=claim.removal_begun,
                owner_asks=claim.owner_asks,
                may_be_there=claim.in_doubt and claim.put_code is None,
                is_stopped=bool(claim.stop_reason),
                after_restore=claim.stop_reason == problems.AFTER_RESTORE.code,
                owner_is_foreign=claim.put_code is not None
                and claim.owner_client not in self._tools.own_clients,
                correcting=claim.id in self._corrections,
            )
        )

    async def _run_guarded(self, claims: Sequence[DueClaim], work: Awaitable[None]) -> None:
        """Confine a bug of ours to the claims it affects: the others must be pushed."""
        try:
            await work
        except (PaceStoppedError, NoLongerAllowedError, OperationalError):
            # Without the database it is unknown what is still wanted, so nothing more is sent.
            for claim in self._unfinished(claims):
                self._result.put_back(claim)
        except Exception:
            log.exception("claim.push_failed", claims=[claim.id for claim in claims][:10])
            for claim in self._unfinished(claims):
                self._result.fail(claim, ServiceError(problem=problems.OUR_MISTAKE))
        self._report_progress()

    def _unfinished(self, claims: Sequence[DueClaim]) -> list[DueClaim]:
        return [claim for claim in claims if claim.id not in self._result.ended]

    async def _push_single(self, item: PlannedPush) -> None:
        with bound_contextvars(claim_id=item.claim.id), tracing.continued(item.claim.traceparent):
            await self._run_guarded([item.claim], self._push_claim(item))

    async def _push_claim(self, item: PlannedPush) -> None:
        if item.plan.step is not Step.STOP and self._must_wait(item.plan):
            self._result.put_back(item.claim)
            return
        ready = await self._with_content(item)
        if ready is None:
            return
        if ready.plan.step is Step.TAKE_OVER:
            await self._take_over(ready)
        elif ready.plan.step is Step.REMOVE and ready.claim.reassert:
            await self._remove_both(ready)
        else:
            await self._send(ready)

    def _must_wait(self, plan: Plan) -> bool:
        return plan.client_id in self._refused_clients or self._is_over(urgent=False)

    async def _with_content(self, item: PlannedPush) -> PlannedPush | None:
        """Add the content to send; return None when the claim has ended without a call."""
        claim, plan = item.claim, item.plan
        content = None
        if plan.step in NEEDS_CONTENT:
            try:
                content = await self._contents.get(claim.doi, claim.orcid_id)
                if (correction := self._corrections.get(claim.id)) and correction.restore:
                    content = content.instead(correction.restore)
            except ServiceError as error:
                self._result.fail(claim, error, was_sent=False)
                return None
            if content.refusal is not None:
                plan = Plan(Step.STOP, event=ClaimEvent.FAIL, problem=problems.MISSING_DATA)
            elif plan.step is Step.UPDATE:
                plan = self._plan(claim, content.digest)
        if plan.step is Step.STOP:
            self._result.stop(claim, plan, content=content, inputs=self._contents.inputs(claim.doi))
            return None
        return PlannedPush(claim, plan, content)

    # --- many additions in one call ------------------------------------------------------------------
    async def _push_bulk(self, group: Sequence[PlannedPush]) -> None:
        """Send up to a hundred additions in one call; each gets its own outcome."""
        plan = group[0].plan
        if self._must_wait(plan):
            for item in group:
                self._result.put_back(item.claim)
            return
        ready: list[PlannedPush] = []
        for item in group:
            await self._run_guarded([item.claim], self._make_ready(item, ready))
        if ready:
            await self._send_many(ready)

    async def _send_many(self, items: Sequence[PlannedPush]) -> None:
        """Send these in one call; send them in parts when ORCID refuses all because of some."""
        client_id = items[0].plan.client_id
        if self._record_full_error:
            for item in items:
                self._fail(item, self._record_full_error)
            return
        if len(items) == 1 or self._must_wait(items[0].plan):
            for item in items:
                await self._push_single(item)
            return
        if allowed := await self._begin_many(client_id, items):
            await self._send_in_one_call(client_id, allowed)

    async def _send_in_one_call(self, client_id: str, items: Sequence[PlannedPush]) -> None:
        try:
            answers, seconds = await self._timed(client_id, lambda token: self._add_many(token, items))
        except ServiceError as error:
            for item in items:
                self._result.record_call(item.claim, "add-many", error.seconds, error=error)
            if isinstance(error, RefusedError) and error.entry in PARTIAL_BULK_ERRORS:
                await self._send_in_parts(items)
                return
            for item in items:
                self._fail(item, error)
            return
        for item, answer in zip(items, answers, strict=True):
            refused, put_code = (None, answer) if isinstance(answer, int) else (answer, None)
            self._result.record_call(item.claim, "add-many", seconds, error=refused, put_code=put_code)
            await self._run_guarded([item.claim], self._bulk_answer(item, answer))

    async def _begin_many(self, client_id: str, items: Sequence[PlannedPush]) -> Sequence[PlannedPush]:
        """Wait until the call may be made, and leave out claims that may no longer be sent."""
        try:
            claims = await self._begin(client_id, [item.claim for item in items], urgent=False)
        except ServiceError as error:
            for item in items:
                self._fail(item, error)
            return []
        allowed = {claim.id for claim in claims}
        for item in items:
            if item.claim.id not in allowed:
                self._result.put_back(item.claim)
        return [item for item in items if item.claim.id in allowed]

    async def _send_in_parts(self, items: Sequence[PlannedPush]) -> None:
        """Send in tenths, so that few steps lead to single calls.

        A run that ended before any work arrived would repeat for ever.
        """
        part = max(1, len(items) // 10)
        for start in range(0, len(items), part):
            await self._send_many(items[start : start + part])

    async def _make_ready(self, item: PlannedPush, ready: list[PlannedPush]) -> None:
        with_content = await self._with_content(item)
        if with_content is not None:
            ready.append(with_content)

    def _add_many(self, token: str, items: Sequence[PlannedPush]) -> Awaitable[list[int | ServiceError]]:
        bodies = [item.content.work for item in items if item.content is not None]
        return self._tools.works.add_many(self._lane.orcid_id, token, bodies)

    async def _bulk_answer(self, item: PlannedPush, answer: int | ServiceError) -> None:
        if isinstance(answer, int):
            self._result.succeed(item.claim, item.plan.client_id, answer, item.content)
        elif isinstance(answer, WorkExistsError):
            # In bulk ORCID also refuses a version of another work of ours (contract 2.8.4), and names the
            # put-code of that work. Only a single addition distinguishes a duplicate from a version.
            await self._push_single(item)
        else:
            self._fail(item, answer)


def _was_on_record(claim: DueClaim) -> bool:
    """Tell whether a work that is not found was there, so that its owner has removed it.

    Of a work that a service before ours added, the put-code may be unknown. Its owner may ask for it again.
    """
    return claim.put_code is not None or (claim.sent_inputs == AS_ON_RECORD and not claim.owner_asks)


def _split_by_client(planned: Sequence[PlannedPush]) -> Iterator[Sequence[PlannedPush]]:
    """Split additions by client into groups that fit into one call."""
    for client_id in dict.fromkeys(p.plan.client_id for p in planned):
        of_client = [p for p in planned if p.plan.client_id == client_id]
        yield from (of_client[start : start + BULK] for start in range(0, len(of_client), BULK))

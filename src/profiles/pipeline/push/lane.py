"""Send what is due on one ORCID record, one call at a time, and say what came of each claim.

No transaction is open here while ORCID is called. An answer we know how to read never raises: it
becomes an outcome, recorded with the others of its batch. What does raise is our own mistake; it is
recorded with the claim it befell, and the lane goes on.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeVar

import structlog
from psycopg import OperationalError
from structlog.contextvars import bound_contextvars

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
from profiles.domain.push.plan import NEEDS_CONTENT, Plan, Situation, Step, plan_push
from profiles.pipeline.push.calls import Planned, Tools
from profiles.pipeline.push.checks import NoLongerAllowedError
from profiles.pipeline.push.content import ContentStore
from profiles.pipeline.push.rate import PaceStoppedError
from profiles.pipeline.push.results import LaneResult
from profiles.pipeline.push.single import SinglePush

log = structlog.get_logger(__name__)
T = TypeVar("T")
PARTIAL_BULK_ERRORS: Final = (problems.CONTENT_REFUSED, problems.REQUEST_REFUSED, problems.RECORD_FULL)
"""For these ORCID refuses a bulk as a whole though only some of it is at fault, or has no room any more
(contract 2.4.6, 2.11.1)."""
RECORD_SECONDS: Final = 5.0
RECORD_CALLS: Final = 10


class LanePush(SinglePush):
    """One turn of one lane."""

    def __init__(
        self, lane: TakenLane, permissions: Sequence[Permission], *, contents: ContentStore, tools: Tools
    ) -> None:
        super().__init__(lane, permissions, tools=tools)
        self._contents = contents
        self._report: Callable[[LaneResult], None] = lambda _result: None
        self._handed_over = time.monotonic()

    @property
    def orcid_id(self) -> str:
        """Whose record it is."""
        return self._lane.orcid_id

    @property
    def size(self) -> int:
        """How many claims are in hand."""
        return len(self._lane.claims)

    def finish_without_calls(self) -> LaneResult | None:
        """Return the result if nothing needs to be sent or fetched for any of the claims."""
        plans = [(claim, self._plan(claim)) for claim in self._lane.claims]
        if any(plan.step is not Step.STOP or self._is_to_be_looked_up(claim) for claim, plan in plans):
            return None
        for claim, plan in plans:
            self._result.stop(claim, plan, inputs=self._contents.inputs(claim.doi))
        return self._hand_over(is_over=True)

    async def run(self, report: Callable[[LaneResult], None]) -> None:
        """Work through the lane: clicks alone, or else additions in bulk, and then the rest in order.

        ``report`` gets the outcomes to record, every few calls or seconds, and at the end the last of them.
        """
        self._report = report
        planned = [Planned(claim, self._plan(claim)) for claim in await self._without_doubts()]
        bulky = [p for p in planned if p.plan.step is Step.ADD and not p.claim.urgent]
        in_bulk = {p.claim.id for p in bulky} if len(bulky) > 1 else set()
        for item in planned:
            if item.claim.urgent:
                await self._single(item)
        if any(item.claim.urgent for item in planned):
            self.preempt()
        for group in _groups(bulky if in_bulk else []):
            with bound_contextvars(claim_ids=[p.claim.id for p in group]):
                await self._guarded([p.claim for p in group], self._bulk(group))
        for item in planned:
            if not item.claim.urgent and item.claim.id not in in_bulk:
                await self._single(item)
        report(self._hand_over(is_over=True))

    async def _without_doubts(self) -> list[DueClaim]:
        """Read the record once for the claims in doubt, and return what is left to be done."""
        claims = list(self._lane.claims)
        doubtful = [claim for claim in claims if self._is_to_be_looked_up(claim)]
        found: dict[int, DueClaim] = {}
        for client_id in dict.fromkeys(self._client_of(claim) for claim in doubtful):
            group = [claim for claim in doubtful if self._client_of(claim) == client_id]
            await self._guarded(group, self._look_up_all(client_id, group, found))
        return [found.get(claim.id, claim) for claim in self._unfinished(claims)]

    async def _look_up_all(
        self, client_id: str, claims: Sequence[DueClaim], found: dict[int, DueClaim]
    ) -> None:
        try:
            found.update(await self._look_up(client_id, claims))
        except ServiceError as error:
            for claim in claims:
                self._fail(Planned(claim, Plan(Step.FIND, client_id)), error)

    def _hand_over(self, *, is_over: bool) -> LaneResult:
        self._handed_over = time.monotonic()
        self._result.fetched += self._contents.take_fetched()
        return self._result.hand_over(is_over=is_over)

    def _report_progress(self) -> None:
        """Let outcomes be recorded while the turn goes on: an answer that is not recorded may be lost."""
        is_time = time.monotonic() - self._handed_over >= RECORD_SECONDS
        if self._result.finished and (is_time or len(self._result.tried) >= RECORD_CALLS):
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
                auto_update_on=self._now.auto_update_on,
                grants=self._now.grants,
                digest=digest,
                inputs=self._contents.inputs(claim.doi),
                sent_inputs=claim.sent_inputs,
                reassert=claim.reassert,
                in_doubt=claim.removal_begun,
                owner_asks=claim.owner_asks,
            )
        )

    async def _guarded(self, claims: Sequence[DueClaim], work: Awaitable[None]) -> None:
        """Let a mistake of ours befall only the claims it was made with: the others must arrive."""
        try:
            await work
        except (PaceStoppedError, NoLongerAllowedError, OperationalError):
            # Without the database nobody knows what is still wanted, so nothing more is sent.
            for claim in self._unfinished(claims):
                self._result.put_back(claim)
        except Exception:
            log.exception("claim.broke", claims=[claim.id for claim in claims][:10])
            for claim in self._unfinished(claims):
                self._result.fail(claim, ServiceError(problem=problems.OUR_MISTAKE))
        self._report_progress()

    def _unfinished(self, claims: Sequence[DueClaim]) -> list[DueClaim]:
        return [claim for claim in claims if claim.id not in self._result.ended]

    async def _single(self, item: Planned) -> None:
        with bound_contextvars(claim_id=item.claim.id):
            await self._guarded([item.claim], self._one(item))

    async def _one(self, item: Planned) -> None:
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

    async def _with_content(self, item: Planned) -> Planned | None:
        """Add what is to be sent; None when the claim has ended without it being sent."""
        claim, plan = item.claim, item.plan
        content = None
        if plan.step in NEEDS_CONTENT:
            try:
                content = await self._contents.get(claim.doi)
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
        return Planned(claim, plan, content)

    # --- many additions in one call ------------------------------------------------------------------
    async def _bulk(self, group: Sequence[Planned]) -> None:
        """Send up to a hundred additions in one call; each gets its own outcome."""
        plan = group[0].plan
        if self._must_wait(plan):
            for item in group:
                self._result.put_back(item.claim)
            return
        ready: list[Planned] = []
        for item in group:
            await self._guarded([item.claim], self._make_ready(item, ready))
        if ready:
            await self._send_many(ready)

    async def _send_many(self, items: Sequence[Planned]) -> None:
        """Send these in one call; in parts again when ORCID refuses all for some of them."""
        client_id = items[0].plan.client_id
        if self._full:
            for item in items:
                self._fail(item, self._full)
            return
        if len(items) == 1 or self._must_wait(items[0].plan):
            for item in items:
                await self._single(item)
            return
        if allowed := await self._begin_many(client_id, items):
            await self._send_in_one_call(client_id, allowed)

    async def _send_in_one_call(self, client_id: str, items: Sequence[Planned]) -> None:
        try:
            answers, seconds = await self._timed(client_id, lambda token: self._add_many(token, items))
        except ServiceError as error:
            for item in items:
                self._result.account(item.claim, "add-many", error.seconds, error=error)
            if isinstance(error, RefusedError) and error.entry in PARTIAL_BULK_ERRORS:
                await self._send_tenths(items)
                return
            for item in items:
                self._fail(item, error)
            return
        for item, answer in zip(items, answers, strict=True):
            refused, put_code = (None, answer) if isinstance(answer, int) else (answer, None)
            self._result.account(item.claim, "add-many", seconds, error=refused, put_code=put_code)
            await self._guarded([item.claim], self._bulk_answer(item, answer))

    async def _begin_many(self, client_id: str, items: Sequence[Planned]) -> Sequence[Planned]:
        """Wait until the call may be made, and leave out what may no longer be sent."""
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

    async def _send_tenths(self, items: Sequence[Planned]) -> None:
        """Few steps lead to one by one: a turn that ends before anything arrived begins anew for ever."""
        part = max(1, len(items) // 10)
        for start in range(0, len(items), part):
            await self._send_many(items[start : start + part])

    async def _make_ready(self, item: Planned, ready: list[Planned]) -> None:
        with_content = await self._with_content(item)
        if with_content is not None:
            ready.append(with_content)

    def _add_many(self, token: str, items: Sequence[Planned]) -> Awaitable[list[int | ServiceError]]:
        bodies = [item.content.work for item in items if item.content is not None]
        return self._tools.works.add_many(self._lane.orcid_id, token, bodies)

    async def _bulk_answer(self, item: Planned, answer: int | ServiceError) -> None:
        if isinstance(answer, int):
            self._result.succeed(item.claim, item.plan.client_id, answer, item.content)
        elif isinstance(answer, WorkExistsError):
            # In bulk ORCID also refuses what is a version of another work of ours (contract 2.8.4), and
            # names that one's put-code. Only a single addition tells a duplicate from a version.
            await self._single(item)
        else:
            self._fail(item, answer)


def _groups(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    """Split additions by client, as many in each group as one call takes."""
    for client_id in dict.fromkeys(p.plan.client_id for p in planned):
        mine = [p for p in planned if p.plan.client_id == client_id]
        yield from (mine[start : start + BULK] for start in range(0, len(mine), BULK))

"""Make the calls of a push to ORCID: one at a time, at the shared pace, each recorded."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import structlog
from msgspec.structs import replace

from profiles.claims.campaigns import CorrectedWork, Correction
from profiles.claims.lanes import DueClaim, TakenLane
from profiles.clients.errors import ServiceError, UnclearAnswerError
from profiles.clients.orcid_works import OrcidWorks, WorkSummary
from profiles.consents.sealing import seal_purpose
from profiles.consents.worker_queries import Permission
from profiles.domain import problems
from profiles.domain.consent import PURPOSE_OF, Purpose
from profiles.domain.mapping.orcid_work import as_sent, with_put_code
from profiles.domain.push.ignored_updates import was_overlooked, with_visible_change
from profiles.domain.push.plan import AS_ON_RECORD, Plan, Step
from profiles.infra.vault import Vault, VaultError
from profiles.pipeline.push.checks import NoLongerAllowedError, PreconditionReader, Preconditions
from profiles.pipeline.push.content import Content
from profiles.pipeline.push.rate import Pacing
from profiles.pipeline.push.results import LaneResult

log = structlog.get_logger(__name__)
T = TypeVar("T")
MAX_RUN_SECONDS: Final = 60.0
"""A lane starts no further call after this time, even if it waited long for the pace: its lease must not end
during a call, or two workers would write to one record."""


@dataclass(frozen=True, slots=True)
class PlannedPush:
    """A claim with its plan, and the content to send."""

    claim: DueClaim
    plan: Plan
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """The clients and limits that a push uses; the same for all lanes of a process.

    ``own_clients`` are DataCite's clients at ORCID: a work of another client cannot be changed.
    """

    works: OrcidWorks
    vault: Vault
    pacing: Pacing
    preconditions: PreconditionReader
    longest_call: timedelta
    own_clients: frozenset[str]


class LaneCalls:
    """The calls of one run of one lane."""

    def __init__(self, lane: TakenLane, permissions: Sequence[Permission], *, tools: Tools) -> None:
        self._lane = lane
        self._preconditions = Preconditions(lane, permissions, reader=tools.preconditions)
        self._tools = tools
        self._result = LaneResult(lane)
        self._corrections: Mapping[int, Correction] = {}
        self._normal_deadline = self._deadline = time.monotonic() + MAX_RUN_SECONDS

    def preempt(self) -> None:
        """Start no further call in this run: a person waits at a screen for this record."""
        self._normal_deadline = 0.0

    def _is_over(self, *, urgent: bool) -> bool:
        """Tell whether no further call may start; urgent claims stop only at the end of the run's time."""
        return time.monotonic() > (self._deadline if urgent else self._normal_deadline)

    async def _execute(self, item: PlannedPush) -> int | None:
        """Carry out the plan; return the put-code of the work that is then on the record, if any."""
        claim, plan, works = item.claim, item.plan, self._tools.works
        if plan.step is Step.ADD:
            assert item.content is not None
            body = item.content.work
            return await self._call(item, "add", lambda token: works.add(claim.orcid_id, token, body))
        if plan.step is Step.UPDATE:
            assert plan.put_code is not None
            await self._update(item, plan.put_code)
            return plan.put_code
        put_code = plan.put_code if plan.step is Step.REMOVE else await self._find(item)
        if put_code is not None:
            await self._call(
                item, "remove", lambda token: works.remove(claim.orcid_id, token, put_code), put_code=put_code
            )
        return None

    async def _update(self, item: PlannedPush, put_code: int) -> None:
        """Update a work; send it again with a visible change when ORCID ignored the update."""
        assert item.content is not None
        body = item.content.body(put_code)
        before = await self._before_correction(item, put_code)
        stored = await self._put(item, put_code, body)
        if before is not None:
            self._result.corrected.append(CorrectedWork(item.claim.id, before, item.content.work))
        try:
            overlooked = was_overlooked(body, stored)
        except ValueError:
            raise UnclearAnswerError("an update answered with no work") from None
        if overlooked:
            log.info("orcid.overlooked_update")
            await self._put(item, put_code, with_put_code(with_visible_change(item.content.work), put_code))
            await self._put(item, put_code, body)

    async def _before_correction(self, item: PlannedPush, put_code: int) -> bytes | None:
        """Read the work that a campaign is about to change, so that it can be brought back."""
        if item.claim.id not in self._corrections:
            return None
        stored = await self._call(
            item,
            "find",
            lambda token: self._tools.works.read(item.claim.orcid_id, token, put_code),
            put_code=put_code,
        )
        try:
            return as_sent(stored)
        except ValueError:
            raise UnclearAnswerError("a work that cannot be read") from None

    async def _put(self, item: PlannedPush, put_code: int, body: bytes) -> bytes:
        works = self._tools.works
        return await self._call(
            item,
            "update",
            lambda token: works.update(item.claim.orcid_id, token, put_code, body),
            put_code=put_code,
        )

    async def _find(self, item: PlannedPush) -> int | None:
        """Search the record for a work of ours whose put-code was lost with an answer."""
        works = await self._call(
            item, "find", lambda token: self._tools.works.read_all(item.claim.orcid_id, token)
        )
        own_works = (w for w in works if w.client_id == item.plan.client_id and item.claim.doi in w.dois)
        return next((work.put_code for work in own_works), None)

    def _client_of(self, claim: DueClaim) -> str:
        """Return the client that adds works of this origin, or an empty string without permission."""
        grant = self._preconditions.grants.get(PURPOSE_OF[claim.origin])
        return grant.client_id if grant else ""

    async def _look_up(self, client_id: str, claims: Sequence[DueClaim]) -> dict[int, DueClaim]:
        """Read the record once, and return these claims without doubt, with the works of ours found there.

        Another client of ours may have added a work whose answer was lost: then that client owns the work. A
        service before ours may have added works with a client that we do not have.
        """
        reader = PlannedPush(claims[0], Plan(Step.FIND, client_id))
        works = await self._call(
            reader, "find", lambda token: self._tools.works.read_all(self._lane.orcid_id, token)
        )
        ours = {grant.client_id for grant in self._preconditions.grants.values()}
        work_of_doi: dict[str, WorkSummary] = {}
        work_of_others: dict[str, WorkSummary] = {}
        for work in works:
            for doi in work.dois if work.client_id else ():
                (work_of_doi if work.client_id in ours else work_of_others).setdefault(doi, work)
        self._result.looked_up.update(claim.id for claim in claims)
        found = {claim.id: work_of_doi.get(claim.doi) for claim in claims}
        for claim in claims:
            if found[claim.id] is None and claim.sent_inputs == AS_ON_RECORD:
                found[claim.id] = work_of_others.get(claim.doi)
        return {claim.id: _with_found_work(claim, found[claim.id]) for claim in claims}

    async def _call(
        self,
        item: PlannedPush,
        verb: str,
        make: Callable[[str], Awaitable[T]],
        *,
        put_code: int | None = None,
    ) -> T:
        """Make one call at the shared pace, and record it."""
        client_id = item.plan.client_id
        await self._begin(client_id, [item.claim], urgent=item.claim.urgent, is_read=verb == "find")
        try:
            answer, seconds = await self._timed(client_id, make)
        except ServiceError as error:
            self._result.record_call(item.claim, verb, error.seconds, error=error, put_code=put_code)
            raise
        result_put_code = answer if isinstance(answer, int) else put_code
        self._result.record_call(item.claim, verb, seconds, put_code=result_put_code)
        return answer

    async def _begin(
        self, client_id: str, claims: Sequence[DueClaim], *, urgent: bool, is_read: bool = False
    ) -> list[DueClaim]:
        """Wait until a call may be made; return the claims for which it is then still allowed.

        Raises:
            NoLongerAllowedError: it is allowed for none of them. Nothing was sent.
            ServiceError: the token cannot be opened. Nothing was sent.
        """
        self._token(client_id)
        pacing = self._tools.pacing
        await pacing.enter(client_id, urgent=urgent, ends=partial(self._is_over, urgent=urgent))
        allowed: list[DueClaim] = []
        try:
            allowed = await self._preconditions.still_allowed(client_id, claims, is_read=is_read)
        finally:
            if not allowed:
                pacing.give_back(client_id)
        if not allowed:
            raise NoLongerAllowedError
        return allowed

    async def _timed(self, client_id: str, make: Callable[[str], Awaitable[T]]) -> tuple[T, float]:
        """Make a call that the pace allows; return its answer and duration."""
        pacing, token = self._tools.pacing, self._token(client_id)
        began = time.perf_counter()
        try:
            answer = await make(token)
        except ServiceError as error:
            error.seconds = time.perf_counter() - began
            await pacing.failed(client_id, error)
            raise
        seconds = time.perf_counter() - began
        await pacing.answered(client_id)
        self._result.used |= self._unmarked(client_id)
        return answer, seconds

    def _token(self, client_id: str) -> str:
        """Open the token of this client.

        Raises:
            NoLongerAllowedError: the permission was withdrawn meanwhile.
            ServiceError: it cannot be opened; the person must give permission again.
        """
        permission = next((p for p in self._preconditions.permissions if p.client_id == client_id), None)
        if permission is None:
            raise NoLongerAllowedError
        try:
            return self._tools.vault.unseal(
                permission.token, purpose=seal_purpose(permission.orcid_id, permission.purpose)
            )
        except VaultError:
            raise ServiceError(problem=problems.VAULT_CLOSED) from None

    def _purposes(self, client_id: str) -> set[tuple[str, Purpose]]:
        return {(p.orcid_id, p.purpose) for p in self._preconditions.permissions if p.client_id == client_id}

    def _unmarked(self, client_id: str) -> set[tuple[str, Purpose]]:
        """Return the iDs and purposes of permissions that were just used and are not marked as used yet."""
        return {
            (p.orcid_id, p.purpose)
            for p in self._preconditions.permissions
            if p.client_id == client_id and p.unmarked
        }


def _with_found_work(claim: DueClaim, work: WorkSummary | None) -> DueClaim:
    if work is None:
        return replace(claim, in_doubt=False, put_code=None, owner_client="")
    return replace(claim, in_doubt=False, put_code=work.put_code, owner_client=work.client_id)

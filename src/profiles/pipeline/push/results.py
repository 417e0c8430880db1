"""Collect the outcomes of a lane's run as the rows to write."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from profiles.claims.campaigns import CorrectedWork
from profiles.claims.lanes import DueClaim, TakenLane
from profiles.claims.outcomes import AttemptRow, ClaimOutcome
from profiles.clients.errors import RecordMovedError, ServiceError
from profiles.domain import problems
from profiles.domain.claim import ClaimEvent, ClaimState, next_state
from profiles.domain.consent import Purpose
from profiles.domain.problem import Problem
from profiles.domain.push.outcome import after_problem
from profiles.domain.push.plan import Plan
from profiles.infra import clock
from profiles.infra.monitoring.metrics import ATTEMPTS
from profiles.pipeline.push.content import Content

SUCCESS_STATUS: Final = {"add": 201, "add-many": 200, "update": 200, "remove": 204, "find": 200}
"""The status with which ORCID answers each kind of call on success."""
_jitter = random.Random()  # noqa: S311  spreads retries, guards nothing


@dataclass(slots=True)
class LaneResult:
    """The results to record in one batch. ``used`` and ``refused`` are pairs of iD and purpose."""

    lane: TakenLane
    finished: list[ClaimOutcome] = field(default_factory=list)
    attempts: list[AttemptRow] = field(default_factory=list)
    used: set[tuple[str, Purpose]] = field(default_factory=set)
    refused: set[tuple[str, Purpose]] = field(default_factory=set)
    fetched: list[bytes] = field(default_factory=list)
    """Records of DOIs that were fetched from DataCite."""
    corrected: list[CorrectedWork] = field(default_factory=list)
    """Works that were written for a campaign."""
    is_over: bool = False
    stopped: bool = False
    """A claim was given back untried."""
    ended: set[int] = field(default_factory=set)
    """Ids of the claims whose outcome is known, including those that were handed over."""
    looked_up: set[int] = field(default_factory=set)
    """Ids of the claims whose work was searched for on the record in this run."""
    _called_for: set[int] = field(default_factory=set)

    def hand_over(self, *, is_over: bool) -> "LaneResult":
        """Return what there is to record by now, and remove it from this result."""
        part = LaneResult(self.lane, is_over=is_over, stopped=self.stopped)
        part.finished, self.finished = self.finished, []
        part.attempts = [call for call in self.attempts if call.claim_id in self.ended]
        self.attempts = [call for call in self.attempts if call.claim_id not in self.ended]
        part.used, self.used = self.used, set()
        part.refused, self.refused = self.refused, set()
        part.fetched, self.fetched = self.fetched, []
        part.corrected, self.corrected = self.corrected, []
        return part

    def _add(self, finished: ClaimOutcome) -> None:
        self.finished.append(finished)
        self.ended.add(finished.claim.id)

    def record_call(
        self,
        claim: DueClaim,
        verb: str,
        seconds: float,
        *,
        error: ServiceError | None = None,
        put_code: int | None = None,
    ) -> None:
        """Record a call that was made for a claim."""
        status = error.status if error else SUCCESS_STATUS[verb]
        problem = error.entry.code if error else ""
        ATTEMPTS.labels(verb, problem or "ok").inc()
        if verb != "find":
            self._called_for.add(claim.id)
        self.attempts.append(AttemptRow(claim.id, time.monotonic(), verb, seconds, status, problem, put_code))

    def succeed(
        self, claim: DueClaim, client_id: str, put_code: int | None, content: Content | None, note: str = ""
    ) -> None:
        """Record success: the work is on the record, or removed from it when there is no put-code."""
        event = ClaimEvent.REMOVE if put_code is None else ClaimEvent.SUCCEED
        self._add(
            ClaimOutcome(
                claim,
                event,
                next_state(ClaimState.WORKING, event),
                problem=problems.NOT_MINE.code if claim.blocked else "",
                put_code=put_code,
                owner_client=client_id if put_code is not None else "",
                sent_digest=content.digest if content and put_code is not None else None,
                sent_inputs=content.inputs if content and put_code is not None else None,
                was_sent=True,
                note=note,
            )
        )

    def stop(
        self,
        claim: DueClaim,
        plan: Plan,
        *,
        content: Content | None = None,
        inputs: bytes | None = None,
    ) -> None:
        """Record that nothing was to be sent; what is known of the record stays known.

        When nothing was to be sent because the work is on the record already, ``inputs`` is the digest of its
        current metadata.
        """
        assert plan.event is not None
        refusal = content.refusal if content else None
        why = claim.stop_reason if plan.event is ClaimEvent.SKIP and plan.problem is None else ""
        is_as_wanted = plan.event is ClaimEvent.SUCCEED and plan.problem is None and not claim.stop_reason
        self._add_ended(
            claim,
            plan.event,
            plan.problem,
            detail=f"{refusal.field}: {refusal.message}" if refusal else why,
            keeps_work=plan.event not in {ClaimEvent.REMOVE, ClaimEvent.VANISH},
            removed_by_owner=plan.event is ClaimEvent.VANISH,
            inputs=inputs if is_as_wanted and not claim.removed_by_owner else None,
            unsent=not claim.started_before,
        )

    def vanish(self, claim: DueClaim) -> None:
        """Record that the person removed the work in ORCID; nothing else is done."""
        self._add_ended(
            claim, ClaimEvent.VANISH, problems.REMOVED_BY_OWNER, keeps_work=False, removed_by_owner=True
        )

    def fail(
        self,
        claim: DueClaim,
        error: ServiceError,
        *,
        problem: Problem | None = None,
        was_sent: bool = True,
        content: Content | None = None,
    ) -> None:
        """Record a failed call: wait or give up, as the problem says.

        Without a clear answer it is unknown whether the call took effect: the next try must not trust what
        was known of the record before. ``content`` is what was sent, in case the record has it.
        """
        now = clock.now()
        outcome = after_problem(
            problem or error.entry,
            tries=claim.tries,
            age_seconds=(now - claim.requested_at).total_seconds(),
            jitter=_jitter.random(),
            retry_after=error.retry_after,
            previous=problems.CATALOGUE.get(claim.problem),
        )
        due_at = now + timedelta(seconds=outcome.due_in) if outcome.due_in is not None else None
        detail = error.detail
        if isinstance(error, RecordMovedError) and error.primary:
            detail = f"kept iD: {error.primary}"
        # A success that cannot be read is no clear answer either: the change has probably been made.
        is_refusal = error.status is not None and (
            HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        )
        unclear = was_sent and not is_refusal
        self._add_ended(
            claim,
            outcome.event,
            outcome.problem,
            detail=detail,
            due_at=due_at,
            unclear=unclear,
            attempted=content if unclear and claim.put_code is None else None,
        )

    def put_back(self, claim: DueClaim, *, until: datetime | None = None) -> None:
        """Give back a claim that was not finished in this run; it stays ahead of later requests.

        If a call was made for it already, the state of the record is no longer certain. ``until`` is the
        time before which the claim cannot be carried out; without it, it is due at once.
        """
        was_called = claim.id in self._called_for
        self.stopped = self.stopped or until is None
        self._add(
            ClaimOutcome(
                claim,
                None,
                ClaimState.WAITING,
                due_at=until or clock.now(),
                put_code=claim.put_code,
                owner_client=claim.owner_client,
                sent_digest=None if was_called else claim.sent_digest,
                sent_inputs=None if was_called else claim.sent_inputs,
                removal_begun=claim.removal_begun or (was_called and claim.is_removal),
                in_doubt=was_called or claim.in_doubt,
                unsent=not (was_called or claim.started_before),
            )
        )

    def look_again(self, claim: DueClaim, *, after: timedelta) -> None:
        """Let the record be read again later for a removal whose work was not found; then it is sure."""
        self._add(
            ClaimOutcome(
                claim,
                None,
                ClaimState.WAITING,
                due_at=clock.now() + after,
                put_code=claim.put_code,
                owner_client=claim.owner_client,
                removal_begun=claim.removal_begun,
            )
        )

    def _add_ended(
        self,
        claim: DueClaim,
        event: ClaimEvent,
        problem: Problem | None,
        *,
        detail: str = "",
        due_at: datetime | None = None,
        keeps_work: bool = True,
        removed_by_owner: bool = False,
        inputs: bytes | None = None,
        unclear: bool = False,
        attempted: Content | None = None,
        unsent: bool = False,
    ) -> None:
        state = next_state(ClaimState.WORKING, event)
        if keeps_work and not unclear:
            digest, input_digest = claim.sent_digest, inputs or claim.sent_inputs
        else:
            digest, input_digest = (attempted.digest, attempted.inputs) if attempted else (None, None)
        is_doubt_left = claim.in_doubt and claim.id not in self.looked_up and keeps_work
        self._add(
            ClaimOutcome(
                claim,
                event,
                state,
                problem=problem.code if problem else "",
                detail=detail,
                due_at=due_at,
                put_code=claim.put_code if keeps_work else None,
                owner_client=claim.owner_client if keeps_work else "",
                sent_digest=digest,
                sent_inputs=input_digest,
                removed_by_owner=removed_by_owner,
                removal_begun=keeps_work and (claim.removal_begun or (unclear and claim.is_removal)),
                in_doubt=unclear or is_doubt_left,
                unsent=unsent,
            )
        )

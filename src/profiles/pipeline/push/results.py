"""What a lane's turn brought, as the rows that will be written for it."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from profiles.claims.lanes import AttemptRow, DueClaim, Finished, TakenLane
from profiles.clients.errors import RecordMovedError, ServiceError
from profiles.domain import problems
from profiles.domain.claim import ClaimEvent, ClaimState, next_state
from profiles.domain.consent import Purpose
from profiles.domain.problems import Problem
from profiles.domain.push.outcome import after_problem
from profiles.domain.push.plan import Plan
from profiles.infra import clock
from profiles.pipeline.push.content import Content

SUCCESS: Final = {"add": 201, "add-many": 200, "update": 200, "remove": 204, "find": 200}
"""What ORCID answers to each kind of call when all is well."""
_spread = random.Random()  # noqa: S311  spreads retries, guards nothing


@dataclass(slots=True)
class LaneResult:
    """The material of one batch of rows. ``used`` and ``refused`` are pairs of iD and purpose."""

    lane: TakenLane
    finished: list[Finished] = field(default_factory=list)
    tried: list[AttemptRow] = field(default_factory=list)
    used: set[tuple[str, Purpose]] = field(default_factory=set)
    refused: set[tuple[str, Purpose]] = field(default_factory=set)
    fetched: list[bytes] = field(default_factory=list)
    """Records of DOIs that had to be read at DataCite."""
    _written: set[int] = field(default_factory=set)

    def account(
        self,
        claim: DueClaim,
        verb: str,
        seconds: float,
        *,
        error: ServiceError | None = None,
        put_code: int | None = None,
    ) -> None:
        """Keep an account of a call that was made for a claim."""
        status = error.status if error else SUCCESS[verb]
        problem = error.entry.code if error else ""
        if verb != "find":
            self._written.add(claim.id)
        self.tried.append(AttemptRow(claim.id, time.monotonic(), verb, seconds, status, problem, put_code))

    def succeed(
        self, claim: DueClaim, client_id: str, put_code: int | None, content: Content | None, note: str = ""
    ) -> None:
        """The record is as wanted: with the work on it, or without it when there is no put-code."""
        event = ClaimEvent.REMOVE if put_code is None else ClaimEvent.SUCCEED
        self.finished.append(
            Finished(
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
        """Nothing was to be sent; what is known of the record stays known.

        When nothing was to be sent because it is there already, ``inputs`` are what it can be made of.
        """
        assert plan.event is not None
        refusal = content.refusal if content else None
        self._end(
            claim,
            plan.event,
            plan.problem,
            detail=f"{refusal.field}: {refusal.message}" if refusal else "",
            keeps_work=plan.event is not ClaimEvent.REMOVE,
            inputs=inputs if plan.event is ClaimEvent.SUCCEED else None,
            unsent=plan.event is ClaimEvent.FAIL and not claim.started_before,
        )

    def vanish(self, claim: DueClaim) -> None:
        """The person removed the work in ORCID: remember it, and leave it at that."""
        self._end(
            claim, ClaimEvent.VANISH, problems.REMOVED_BY_OWNER, keeps_work=False, removed_by_owner=True
        )

    def fail(
        self,
        claim: DueClaim,
        error: ServiceError,
        *,
        problem: Problem | None = None,
        was_sent: bool = True,
    ) -> None:
        """The call ended badly: wait, or give up, as the problem says.

        Without a clear answer nobody knows whether it took effect: the next try must not trust what was
        known of the record before.
        """
        now = clock.now()
        outcome = after_problem(
            problem or error.entry,
            tries=claim.tries,
            age_seconds=(now - claim.requested_at).total_seconds(),
            jitter=_spread.random(),
            retry_after=error.retry_after,
        )
        due_at = now + timedelta(seconds=outcome.due_in) if outcome.due_in is not None else None
        detail = error.detail
        if isinstance(error, RecordMovedError) and error.primary:
            detail = f"kept iD: {error.primary}"
        in_doubt = was_sent and (error.status is None or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR)
        self._end(claim, outcome.event, outcome.problem, detail=detail, due_at=due_at, in_doubt=in_doubt)

    def put_back(self, claim: DueClaim) -> None:
        """Not ended in this turn: it goes back as it was, before what is asked for later.

        Where a call was made for it already, what is on the record is no longer known for sure.
        """
        was_called = claim.id in self._written
        self.finished.append(
            Finished(
                claim,
                None,
                ClaimState.WAITING,
                due_at=clock.now(),
                put_code=claim.put_code,
                owner_client=claim.owner_client,
                sent_digest=None if was_called else claim.sent_digest,
                sent_inputs=None if was_called else claim.sent_inputs,
                removal_begun=claim.removal_begun or (was_called and claim.is_removal),
            )
        )

    def _end(
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
        in_doubt: bool = False,
        unsent: bool = False,
    ) -> None:
        state = next_state(ClaimState.WORKING, event)
        keeps_digest = keeps_work and not in_doubt
        self.finished.append(
            Finished(
                claim,
                event,
                state,
                problem=problem.code if problem else "",
                detail=detail,
                due_at=due_at,
                put_code=claim.put_code if keeps_work else None,
                owner_client=claim.owner_client if keeps_work else "",
                sent_digest=claim.sent_digest if keeps_digest else None,
                sent_inputs=(inputs or claim.sent_inputs) if keeps_digest else None,
                removed_by_owner=removed_by_owner,
                removal_begun=keeps_work and (claim.removal_begun or (in_doubt and claim.is_removal)),
                unsent=unsent,
            )
        )

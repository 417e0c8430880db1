"""What a push led to, and when a claim goes on after a problem."""

from dataclasses import dataclass, replace
from typing import Final

from profiles.domain.claim import ClaimEvent, ClaimState
from profiles.domain.problem import Problem, Remedy, Retry
from profiles.domain.problems import TOKEN_REFUSED

MINUTE: Final = 60.0
DAY: Final = 86_400.0

# Seconds to wait after the first, second, ... try; the last one repeats until the maximum age.
WAITS: Final[dict[Retry, tuple[float, ...]]] = {
    Retry.NETWORK: (MINUTE, 4 * MINUTE, 16 * MINUTE, 64 * MINUTE, 4 * 60 * MINUTE, 12 * 60 * MINUTE),
    Retry.SOON: (5.0, 15.0, MINUTE, 3 * MINUTE, 10 * MINUTE),
    Retry.SLOW: (DAY, DAY, DAY, 7 * DAY),
}
MAXIMUM_AGE: Final[dict[Retry, float]] = {
    Retry.NETWORK: 7 * DAY,
    Retry.SOON: 7 * DAY,
    Retry.SLOW: 365 * DAY,
}
LONGEST_ASKED: Final = 10 * MINUTE
"""So long one claim waits at most because a service asked for it: the next claim would not wait at all."""
JITTER: Final = 0.25
"""A wait is spread by up to this share, so that an outage does not end in a stampede."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim. ``due_in`` (seconds) is set when it continues automatically."""

    event: ClaimEvent
    problem: Problem | None = None
    due_in: float | None = None
    removed_by_owner: bool = False


def after_problem(
    problem: Problem,
    *,
    tries: int,
    age_seconds: float,
    jitter: float = 0.0,
    retry_after: float | None = None,
    previous: Problem | None = None,
) -> Outcome:
    """Say how a claim goes on after a problem.

    ``tries`` counts this try; ``jitter`` is a random number from 0 to 1; ``retry_after`` is what the
    service asked for, in seconds. It concerns all calls to that service, which wait together elsewhere, so
    it holds one claim for a few minutes at most. A claim that has been at it for longer than its class allows
    is failed with the problem, so that its owner sees it; not when the problem before this one (``previous``)
    was of another class, because then this one is new.
    """
    waits = WAITS.get(problem.retry)
    if waits is None or (_may_be_given_up(problem, previous) and age_seconds > MAXIMUM_AGE[problem.retry]):
        return Outcome(ClaimEvent.FAIL, problem)
    wait = waits[min(max(tries, 1), len(waits)) - 1] * (1 + JITTER * jitter)
    return Outcome(ClaimEvent.WAIT, problem, due_in=max(wait, min(retry_after or 0.0, LONGEST_ASKED)))


def _may_be_given_up(problem: Problem, previous: Problem | None) -> bool:
    """Say whether age counts: a refused token is the permission's problem, which ends when that is lost."""
    return problem is not TOKEN_REFUSED and (previous is None or previous.retry is problem.retry)


def _(text: str) -> str:
    """Mark a sentence for translation; the pages translate it."""
    return text


_STOPPED: Final = {
    Retry.NETWORK: _("We tried for a week, at growing intervals, and have stopped."),
    Retry.SOON: _("We tried for a week, at growing intervals, and have stopped."),
    Retry.SLOW: _("We looked again and again for a year, and have stopped."),
}
_AGAIN: Final = _("Choose Try again in My works. If that does not help, write to us with the DOI.")
_REMOVED_LATER: Final = _("We remove the work as soon as you give permission.")
_BY_HAND: Final = _("Get an ORCID token in Settings, or remove the work on your ORCID record yourself.")


def user_facing(problem: Problem, state: ClaimState, *, removing: bool = False) -> Problem:
    """Return a problem as people see it for a claim in this state.

    One that was given up goes on no more. The catalogue speaks of works that are to be added: where one is to
    be removed, nothing is sent when permission comes, and people can do it without us.
    """
    stopped = _STOPPED.get(problem.retry) if state is ClaimState.FAILED else None
    if stopped:
        return replace(problem, we=stopped, you=_AGAIN, remedy=Remedy.CONTACT)
    if removing and problem.retry is Retry.PERMISSION and problem.remedy is Remedy.GRANT:
        return replace(problem, we=_REMOVED_LATER, you=_BY_HAND)
    return problem

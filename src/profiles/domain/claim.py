"""A claim's states, the events that move it, and the table of what follows what.

The seven state names are the outer contract that DataCite Commons and the DataCite API read;
the finer reason of a state is the problem code beside it.
"""

from enum import StrEnum
from typing import Final


class ClaimState(StrEnum):
    """The state of a claim."""

    WAITING = "waiting"
    WORKING = "working"
    FAILED = "failed"
    DONE = "done"
    IGNORED = "ignored"
    DELETED = "deleted"
    NOTIFIED = "notified"


class ClaimEvent(StrEnum):
    """What can happen to a claim."""

    REQUEST = "request"
    """It is requested (again): by a click, a changed DOI, a restore, a replay."""
    START = "start"
    """A worker takes it."""
    SUCCEED = "succeed"
    """The ORCID record is as wanted, and the work is on it."""
    REMOVE = "remove"
    """The ORCID record is as wanted, and the work is not on it (any more)."""
    WAIT = "wait"
    """It continues later automatically: after an outage, a limit, a missing permission."""
    FAIL = "fail"
    """The attempt failed, and nothing will happen until a person acts."""
    SKIP = "skip"
    """A rule or the person said no."""
    NOTIFY = "notify"
    """The person was asked for permission in the ORCID inbox."""
    VANISH = "vanish"
    """The person removed the work in ORCID, or refuses it: only they bring it back."""


class ClaimAction(StrEnum):
    """What the claim wants of the ORCID record."""

    CREATE = "create"
    DELETE = "delete"


class Origin(StrEnum):
    """How a claim came; the values are the outer contract's ``source_id``."""

    SEARCH_AND_LINK = "orcid_search"
    AUTO_UPDATE = "orcid_update"


BATCH_NOTE_PREFIX: Final = "batch "
"""Begins the note of a claim that was requested together with others; the id of the batch follows."""


class ForbiddenTransitionError(Exception):
    """A pair of state and event that is not in the table: a bug of ours, never ignored."""

    def __init__(self, state: ClaimState, event: ClaimEvent) -> None:
        super().__init__(f"a claim that is {state.value} cannot {event.value}")
        self.state = state
        self.event = event


S = ClaimState
E = ClaimEvent

TRANSITIONS: Final[dict[tuple[ClaimState, ClaimEvent], ClaimState]] = {
    # Asking again is always allowed and starts over; asking while a worker has it
    # marks it as waiting, so that it is taken again with the new request.
    **{(state, E.REQUEST): S.WAITING for state in S},
    (S.WAITING, E.START): S.WORKING,
    # The worker died half-way and its lane is taken again.
    (S.WORKING, E.START): S.WORKING,
    (S.WORKING, E.SUCCEED): S.DONE,
    (S.WORKING, E.REMOVE): S.DELETED,
    (S.WORKING, E.WAIT): S.WAITING,
    (S.WORKING, E.FAIL): S.FAILED,
    (S.WORKING, E.SKIP): S.IGNORED,
    (S.WORKING, E.NOTIFY): S.NOTIFIED,
    (S.WORKING, E.VANISH): S.DELETED,
    # Decided without a push: a rule, the person, or a permission that is missing.
    (S.WAITING, E.WAIT): S.WAITING,
    (S.WAITING, E.FAIL): S.FAILED,
    (S.WAITING, E.SKIP): S.IGNORED,
    (S.WAITING, E.NOTIFY): S.NOTIFIED,
    (S.WAITING, E.VANISH): S.DELETED,
    (S.FAILED, E.SKIP): S.IGNORED,
    # A message for all claims that fail for want of a permission; each stays for when it comes.
    (S.FAILED, E.NOTIFY): S.NOTIFIED,
    (S.NOTIFIED, E.SKIP): S.IGNORED,
    (S.NOTIFIED, E.FAIL): S.FAILED,
    # Found by reading the record: lost put-codes adopted, works removed in ORCID.
    (S.IGNORED, E.SUCCEED): S.DONE,
    (S.DONE, E.SUCCEED): S.DONE,
    (S.DONE, E.VANISH): S.DELETED,
    (S.FAILED, E.SUCCEED): S.DONE,
    (S.FAILED, E.VANISH): S.DELETED,
}

PUSHABLE: Final = frozenset({S.WAITING, S.WORKING})
"""A worker may take these; all others wait for a request."""


def next_state(state: ClaimState, event: ClaimEvent) -> ClaimState:
    """Say where the event leads.

    Raises:
        ForbiddenTransitionError: the pair is not in the table; the caller has a bug.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ForbiddenTransitionError(state, event) from None

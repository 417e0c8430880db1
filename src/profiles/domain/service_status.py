"""The state of the service, as ``/status`` shows it: from what is observed to a state and a sentence.

Everything follows from real traffic: what was taken in, what ORCID accepted, and how long what waits has
waited. No one sets a state by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from profiles.domain import problems


def _(text: str) -> str:
    """Mark a sentence for translation; the page translates it."""
    return text


class State(StrEnum):
    """How a part of the service is, best first."""

    WORKING = "working"
    OFF = "off"
    """This installation does not use it."""
    SLOW = "slow"
    """Slow, or in part away."""
    DOWN = "down"
    UNKNOWN = "unknown"


class PartName(StrEnum):
    """The parts that people notice."""

    SIGN_IN = "sign-in"
    INTAKE = "intake"
    WRITING = "writing"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Delay:
    """How long works took to reach their ORCID records lately, in seconds."""

    count: int
    median: float
    most: float
    """19 of 20 took at most this long."""


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """When a service last answered people who signed in, and when it last did not."""

    answered_at: datetime | None = None
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is observed at ``now``. A time is None if the thing never happened, or nothing waits.

    ``orcid_refuses``: writing to ORCID is paused because it did not answer, or refused us.
    ``poll_pause_until``: DataCite asked us to wait. ``providers``: by the name that people know.
    """

    now: datetime
    database_answers: bool = True
    providers: Mapping[str, ProviderHealth] = field(default_factory=dict)
    polled_at: datetime | None = None
    poll_problem: str = ""
    poll_pause_until: datetime | None = None
    max_poll_age: timedelta = timedelta(minutes=10)
    event_at: datetime | None = None
    events_wait_since: datetime | None = None
    workers: int = 0
    write_at: datetime | None = None
    claims_wait_since: datetime | None = None
    orcid_refuses: bool = False
    sends_mail: bool = True
    mails_wait_since: datetime | None = None
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the service: its state, and a sentence with ``%(since)s`` or names to put in."""

    name: PartName
    state: State
    sentence: str
    since: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """The whole: the worst state of its parts, one sentence, the parts, and what was observed."""

    state: State
    sentence: str
    parts: tuple[Part, ...]
    observed: Observed


RECENT: Final = timedelta(minutes=10)
"""A provider that failed, and did not answer since, counts as away for so long."""
SLOW_EVENTS: Final = timedelta(minutes=10)
SLOW_CLAIMS: Final = timedelta(minutes=30)
SLOW_MAIL: Final = timedelta(minutes=20)
STUCK_MAIL: Final = timedelta(hours=6)

_BUSY: Final = frozenset({problems.DATACITE_BUSY.code, problems.DATACITE_SLOW.code})

_DATABASE_AWAY: Final = {
    PartName.SIGN_IN: _("Signing in does not work right now: we cannot reach our database."),
    PartName.INTAKE: _("New DOIs are read as soon as our database is back. None is lost."),
    PartName.WRITING: _("Works that wait are sent as soon as our database is back. None is lost."),
    PartName.MESSAGES: _("Messages are sent as soon as our database is back."),
}
_WHOLE: Final = {
    State.WORKING: _("Everything works."),
    State.SLOW: _("A part of the service is slow or away. Nothing is lost."),
    State.DOWN: _("A part of the service does not work right now. Nothing is lost."),
    State.UNKNOWN: _("The service is away for a moment: we cannot reach our database. Nothing is lost."),
}
STATES_WORSENING: Final = {State.WORKING: 0, State.OFF: 0, State.SLOW: 1, State.DOWN: 2, State.UNKNOWN: 3}
"""The states as numbers: the greater, the worse."""


def service_status(observed: Observed) -> ServiceStatus:
    """Return the state of the service and of each of its parts."""
    if not observed.database_answers:
        states = dict.fromkeys(PartName, State.UNKNOWN) | {PartName.SIGN_IN: State.DOWN}
        parts = tuple(Part(name, states[name], sentence) for name, sentence in _DATABASE_AWAY.items())
        return ServiceStatus(State.DOWN, _WHOLE[State.UNKNOWN], parts, observed)
    parts = (_sign_in(observed), _intake(observed), _writing(observed), _messages(observed))
    worst = max((part.state for part in parts), key=STATES_WORSENING.__getitem__)
    state = State.WORKING if worst is State.OFF else worst
    return ServiceStatus(state, _WHOLE[state], parts, observed)


def _sign_in(seen: Observed) -> Part:
    away = sorted(name for name, health in seen.providers.items() if _is_away(health, seen.now))
    if not away:
        return Part(PartName.SIGN_IN, State.WORKING, _("People can sign in."))
    is_all = len(away) == len(seen.providers)
    sentence = (
        _("Signing in does not work right now: %(providers)s does not answer us.")
        if is_all
        else _("Signing in through %(providers)s does not work right now. The other ways work.")
    )
    return Part(
        PartName.SIGN_IN,
        State.DOWN if is_all else State.SLOW,
        sentence,
        names={"providers": ", ".join(away)},
    )


def _is_away(health: ProviderHealth, now: datetime) -> bool:
    failed, answered = health.failed_at, health.answered_at
    return bool(failed and now - failed < RECENT and not (answered and answered > failed))


def _intake(seen: Observed) -> Part:
    name = PartName.INTAKE
    if seen.polled_at is None:
        return Part(name, State.DOWN, _("No new DOIs were read from DataCite yet."))
    pauses = bool(seen.poll_pause_until and seen.poll_pause_until > seen.now)
    if seen.poll_problem in _BUSY:
        sentence = _("DataCite asked us to read new DOIs more slowly. None is lost.")
        return Part(name, State.SLOW, sentence)
    if not pauses and seen.now - seen.polled_at > seen.max_poll_age:
        sentence = _("New DOIs were last read at %(since)s. They are read later; none is lost.")
        return Part(name, State.DOWN, sentence, since=seen.polled_at)
    if seen.poll_problem:
        return Part(
            name, State.DOWN, _("DataCite does not answer us. New DOIs are read later; none is lost.")
        )
    if _waits(seen.events_wait_since, SLOW_EVENTS, seen.now):
        sentence = _("New DOIs are read, but wait to be looked at since %(since)s.")
        return Part(name, State.SLOW, sentence, since=seen.events_wait_since)
    return Part(name, State.WORKING, _("New DOIs are read from DataCite each minute."))


def _writing(seen: Observed) -> Part:
    name = PartName.WRITING
    if not seen.workers:
        return Part(name, State.DOWN, _("Works are not sent right now. They wait; none is lost."))
    if seen.orcid_refuses:
        sentence = _("ORCID does not accept works right now. They wait, and are sent as soon as it does.")
        return Part(name, State.DOWN, sentence)
    if _waits(seen.claims_wait_since, SLOW_CLAIMS, seen.now):
        sentence = _("Works are sent, but some wait since %(since)s.")
        return Part(name, State.SLOW, sentence, since=seen.claims_wait_since)
    return Part(name, State.WORKING, _("Works are sent to ORCID as they come."))


def _messages(seen: Observed) -> Part:
    name = PartName.MESSAGES
    if not seen.sends_mail:
        return Part(name, State.OFF, _("This installation sends no e-mail."))
    if not _waits(seen.mails_wait_since, SLOW_MAIL, seen.now):
        return Part(name, State.WORKING, _("Messages are sent as they come."))
    is_stuck = _waits(seen.mails_wait_since, STUCK_MAIL, seen.now)
    sentence = _("Messages come late: the oldest waits since %(since)s.")
    return Part(name, State.DOWN if is_stuck else State.SLOW, sentence, since=seen.mails_wait_since)


def _waits(since: datetime | None, longer_than: timedelta, now: datetime) -> bool:
    return since is not None and now - since > longer_than

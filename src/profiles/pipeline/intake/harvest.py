"""Poll DataCite for changed DOIs: windows of ``updated``, page by page, going on where we stopped.

Every window is read twice: as soon as it is over, and hours later once more, for what DataCite's search index
did not show yet the first time. What was met before is known by its event and costs next to nothing.
"""

import asyncio
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from django.db import transaction

from profiles.clients import blocking
from profiles.clients.datacite import PAGE, DoiPage
from profiles.clients.errors import ServiceError, UnclearAnswerError
from profiles.domain.eligibility.case import Source
from profiles.domain.matching.enrolled import Watch
from profiles.domain.records.sighting import moment
from profiles.infra import clock
from profiles.intake import services
from profiles.intake.models import HarvestState
from profiles.pipeline.intake.receive import DoiReader, IntakeResult, learn_repositories, take_in_records

log = structlog.get_logger("profiles.intake")


@dataclass(frozen=True, slots=True)
class Look:
    """One of the two times that a window is read: how its place is named, and how long after the changes."""

    name: str
    behind: timedelta = timedelta()


FIRST_LOOK: Final = Look("updated")
SECOND_LOOK: Final = Look("updated, again", timedelta(hours=6))
OVERLAP: Final = timedelta(minutes=3)
"""DataCite's search index lags behind its database; what was late is met again, and decided once."""
MAX_WINDOW: Final = timedelta(minutes=10)
SHORTEST_WINDOW: Final = timedelta(seconds=1)
"""DataCite's moments have whole seconds."""
SMALL_PAGE: Final = 100
_FIRST: Final = "1"
_PATIENCE: Final = timedelta(seconds=60)


class ChangeReader(DoiReader, Protocol):
    """The part of the DataCite client that polling needs."""

    async def changed(
        self, *, since: datetime, until: datetime, cursor: str = "1", size: int = 1000
    ) -> DoiPage: ...


@dataclass(slots=True)
class Harvested:
    """What one run of polling came to."""

    records: int = 0
    concerned: int = 0
    windows: int = 0
    lag: float = 0.0
    problem: str = ""


def harvest(
    datacite: ChangeReader,
    watch: Watch,
    *,
    begin: datetime | None = None,
    look: Look = FIRST_LOOK,
    stop: Callable[[], bool] = lambda: False,
    most_windows: int = 1_000,
) -> Harvested:
    """Poll until we are up to date, told to stop, or refused.

    The place is kept after every page, in the database: whoever runs next goes on there. ``begin`` is
    where polling starts the very first time. When DataCite asks for fewer calls, nothing is asked until
    the time it named; an answer that cannot be read is asked for in smaller pieces. Safe to run twice:
    events are unique by what they say.
    """
    done = Harvested()
    state = _state(look, begin or clock.now())
    while not stop() and done.windows < most_windows and not _must_wait():
        if state.window_until is None and not _next_window(state, clock.now() - look.behind):
            break
        try:
            if not _window(datacite, watch, state, done, stop):
                break
        except ServiceError as error:
            if isinstance(error, UnclearAnswerError) and _made_smaller(datacite, state, error):
                continue
            _hold(state, error)
            done.problem = error.entry.code
            break
        done.windows += 1
    done.lag = max((clock.now() - look.behind - state.done_until).total_seconds(), 0.0)
    log.info(
        "harvest.done",
        look=look.name,
        records=done.records,
        windows=done.windows,
        lag=done.lag,
        problem=done.problem,
    )
    return done


def _state(look: Look, begin: datetime) -> HarvestState:
    return HarvestState.objects.get_or_create(name=look.name, defaults={"done_until": begin})[0]


def _must_wait() -> bool:
    """Whether DataCite asked us to wait, at whichever look."""
    return HarvestState.objects.filter(not_before__gt=clock.now()).exists()


def _next_window(state: HarvestState, latest: datetime) -> bool:
    """Open the next window; none while less than a second has passed since the last one."""
    latest = latest.replace(microsecond=0)
    if latest <= state.done_until:
        return False
    state.window_until = min(latest, state.done_until + MAX_WINDOW)
    state.cursor = _FIRST
    state.save()
    return True


def _window(
    datacite: ChangeReader, watch: Watch, state: HarvestState, done: Harvested, stop: Callable[[], bool]
) -> bool:
    """Read a window's pages from where we stopped; the next page comes while this one is decided."""
    assert state.window_until is not None
    since, until = _since(state), state.window_until
    size = SMALL_PAGE if _is_small(state) else PAGE
    cursor: str | None = state.cursor or _FIRST
    coming = _ask(datacite, since, until, state.cursor or _FIRST, size)
    while cursor is not None:
        page = coming.result()
        following = page.cursor
        if following is not None:
            coming = _ask(datacite, since, until, following, size)
        taken = _take_page(datacite, watch, page)
        done.records += taken.records
        done.concerned += taken.concerned
        _keep_place(state, following, taken.records)
        cursor = following
        if stop() and cursor is not None:
            coming.cancel()
            return False
    return True


def _since(state: HarvestState) -> datetime:
    overlapping = state.done_until - OVERLAP
    return max(overlapping, state.not_again) if state.not_again else overlapping


def _is_small(state: HarvestState) -> bool:
    """Whether the window under way was made smaller because an answer could not be read."""
    return state.not_again == state.done_until


def _made_smaller(datacite: ChangeReader, state: HarvestState, error: UnclearAnswerError) -> bool:
    """Halve the window until the answer can be read, or one second is left that cannot be.

    That second is set aside, with what is known of it, and polling goes on behind it: but only while other
    answers of DataCite can be read. A whole service that is out of order is waited for: then say no.
    """
    assert state.window_until is not None
    since, until = state.done_until, state.window_until
    half = timedelta(seconds=(until - since) // (2 * SHORTEST_WINDOW))
    if half or not _is_small(state):
        # At first only what was read before is left out: what cannot be read may stand there.
        state.not_again, state.cursor = since, _FIRST
        state.window_until = since + half if half else until
    elif _speaks(datacite, before=since):
        reason = f"DOIs updated after {since:%F %T} and until {until:%F %T} UTC: {error.detail}"
        services.quarantine(source=f"poll {since:%FT%TZ}", line=0, reason=reason, raw=b"")
        log.error("harvest.left_out", since=since.isoformat(), until=until.isoformat(), reason=error.detail)
        state.not_again = state.done_until = until
        state.window_until, state.cursor = None, ""
    else:
        return False
    state.problem = error.entry.code
    state.save()
    return True


def _speaks(datacite: ChangeReader, *, before: datetime) -> bool:
    """Whether DataCite gives readable answers about another time."""
    call: Any = datacite.changed(since=before - timedelta(days=1), until=before, size=1)
    try:
        asyncio.run_coroutine_threadsafe(call, blocking.loop()).result()
    except ServiceError:
        return False
    return True


def _ask(
    datacite: ChangeReader, since: datetime, until: datetime, cursor: str, size: int
) -> "Future[DoiPage]":
    call: Any = datacite.changed(since=since, until=until, cursor=cursor, size=size)
    return asyncio.run_coroutine_threadsafe(call, blocking.loop())


def _take_page(datacite: ChangeReader, watch: Watch, page: DoiPage) -> IntakeResult:
    return take_in_records(
        page.records,
        source=Source.POLL,
        watch=watch,
        origin=f"poll {_about(page)}",
        learn=lambda records: learn_repositories(datacite, records),
    )


def _about(page: DoiPage) -> str:
    """Name a page by what it holds, so that the same broken record is set aside once."""
    return f"{zlib.crc32(b''.join(page.records)):08x}"


@transaction.atomic
def _keep_place(state: HarvestState, following: str | None, records: int) -> None:
    state.records += records
    state.problem = ""
    state.not_before = None
    if following is None:
        assert state.window_until is not None
        state.done_until, state.window_until, state.cursor = state.window_until, None, ""
    else:
        state.cursor = following
    state.save()


def _hold(state: HarvestState, error: ServiceError) -> None:
    """Remember why we stopped, and until when; the place stays where it was."""
    wait = max(error.retry_after or 0.0, _PATIENCE.total_seconds() if error.retry_after else 5.0)
    state.problem = error.entry.code
    state.not_before = clock.now() + timedelta(seconds=wait)
    state.save()


def first_moment(text: str) -> datetime | None:
    """Read ``PROFILES_HARVEST_FROM``."""
    return moment(text)

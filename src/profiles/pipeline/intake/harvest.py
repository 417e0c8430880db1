"""Poll DataCite for changed DOIs: in windows of ``updated``, page by page, from where the last run stopped.

Every window is read twice: as soon as it is over, and again hours later, for what DataCite's search index did
not show at first. A change that was read before is recognised by its event id and costs next to nothing.
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
from profiles.infra.postgres.state import database_now
from profiles.intake import services
from profiles.intake.models import HarvestState
from profiles.pipeline.intake.receive import DoiReader, IntakeResult, learn_repositories, take_in_records

log = structlog.get_logger("profiles.intake")


@dataclass(frozen=True, slots=True)
class Look:
    """One of the two readings of each window: the name of its place, and its delay behind the changes."""

    name: str
    behind: timedelta = timedelta()


FIRST_LOOK: Final = Look("updated")
SECOND_LOOK: Final = Look("updated, again", timedelta(hours=6))
OVERLAP: Final = timedelta(minutes=3)
"""DataCite's search index lags behind its database; late changes are read again, and decided once."""
MAX_WINDOW: Final = timedelta(minutes=10)
SHORTEST_WINDOW: Final = timedelta(seconds=1)
"""DataCite's timestamps have whole seconds."""
SHORTEST_FURTHER_WINDOW: Final = timedelta(seconds=30)
"""After a window in the same run: each reads the overlap again, so what is newer is left to the next run."""
READ_AGAIN: Final = timedelta(hours=6)
"""After a clock was ahead: what changed meanwhile lies before a place that is in the future."""
SMALL_PAGE: Final = 100
_FIRST_CURSOR: Final = "1"
_MIN_PAUSE: Final = timedelta(seconds=60)


class ChangeReader(DoiReader, Protocol):
    """The part of the DataCite client that polling needs."""

    async def changed(
        self, *, since: datetime, until: datetime, cursor: str = "1", size: int = 1000
    ) -> DoiPage: ...


@dataclass(slots=True)
class HarvestResult:
    """The outcome of one run of polling."""

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
) -> HarvestResult:
    """Poll until we are up to date, ``stop`` says so, or DataCite refuses.

    The place is stored in the database after every page, and the next run continues there. ``begin`` is
    where the very first run starts. When DataCite asks for fewer calls, no call is made until the time it
    named; an answer that cannot be read is requested in smaller pieces. Safe to run twice: events are unique
    by their content.
    """
    result = HarvestResult()
    state = _state(look, begin or database_now())
    while not stop() and result.windows < most_windows and not _must_wait():
        least = SHORTEST_FURTHER_WINDOW if result.windows else SHORTEST_WINDOW
        if state.window_until is None and not _next_window(state, look, least):
            break
        try:
            if not _window(datacite, watch, state, result, stop):
                break
        except ServiceError as error:
            if isinstance(error, UnclearAnswerError) and _shrink_window(datacite, state, error):
                continue
            _save_pause(state, error)
            result.problem = error.entry.code
            break
        result.windows += 1
    result.lag = max((database_now() - look.behind - state.done_until).total_seconds(), 0.0)
    log.info(
        "harvest.done",
        look=look.name,
        records=result.records,
        windows=result.windows,
        lag=result.lag,
        problem=result.problem,
    )
    return result


def _state(look: Look, begin: datetime) -> HarvestState:
    return HarvestState.objects.get_or_create(name=look.name, defaults={"done_until": begin})[0]


def _must_wait() -> bool:
    """Tell whether DataCite asked us to wait, at either look."""
    return HarvestState.objects.filter(not_before__gt=database_now()).exists()


def _next_window(state: HarvestState, look: Look, least: timedelta) -> bool:
    """Open the next window; return False while less than ``least`` has passed since the last one."""
    now = database_now().replace(microsecond=0)
    latest = now - look.behind
    if state.done_until > now + MAX_WINDOW:
        log.error("harvest.clock_was_ahead", done_until=state.done_until.isoformat())
        state.done_until = latest - READ_AGAIN
    if latest < state.done_until + least:
        return False
    state.window_until = min(latest, state.done_until + MAX_WINDOW)
    state.cursor = _FIRST_CURSOR
    state.save()
    return True


def _window(
    datacite: ChangeReader, watch: Watch, state: HarvestState, result: HarvestResult, stop: Callable[[], bool]
) -> bool:
    """Read a window's pages from where we stopped; the next page is fetched while this one is decided."""
    assert state.window_until is not None
    since, until = _since(state), state.window_until
    size = SMALL_PAGE if _is_small(state) else PAGE
    cursor: str | None = state.cursor or _FIRST_CURSOR
    next_page = _request_page(datacite, since, until, state.cursor or _FIRST_CURSOR, size)
    while cursor is not None:
        page = next_page.result()
        next_cursor = page.cursor
        if next_cursor is not None:
            next_page = _request_page(datacite, since, until, next_cursor, size)
        intake_result = _take_page(datacite, watch, page)
        result.records += intake_result.records
        result.concerned += intake_result.concerned
        _save_place(state, next_cursor, intake_result.records)
        cursor = next_cursor
        if stop() and cursor is not None:
            next_page.cancel()
            return False
    return True


def _since(state: HarvestState) -> datetime:
    overlapping = state.done_until - OVERLAP
    return max(overlapping, state.not_again) if state.not_again else overlapping


def _is_small(state: HarvestState) -> bool:
    """Tell whether the open window was made smaller because an answer could not be read."""
    return state.not_again == state.done_until


def _shrink_window(datacite: ChangeReader, state: HarvestState, error: UnclearAnswerError) -> bool:
    """Halve the window until the answer can be read, or one unreadable second is left.

    That second is put into quarantine and polling continues after it, but only while other answers of
    DataCite can be read and it still cannot. When the whole service is out of order, return False: polling
    waits for it.
    """
    assert state.window_until is not None
    since, until = state.done_until, state.window_until
    half = timedelta(seconds=(until - since) // (2 * SHORTEST_WINDOW))
    if half or not _is_small(state):
        # First leave out only the overlap, which was read before: the unreadable part may be there.
        state.not_again, state.cursor = since, _FIRST_CURSOR
        state.window_until = since + half if half else until
    elif not _is_readable(datacite, since - timedelta(days=1), since, size=1):
        return False
    elif not _is_readable(datacite, since, until, cursor=state.cursor or _FIRST_CURSOR, size=SMALL_PAGE):
        reason = f"DOIs updated after {since:%F %T} and until {until:%F %T} UTC: {error.detail}"
        services.quarantine(source=f"poll {since:%FT%TZ}", line=0, reason=reason, raw=b"")
        log.error("harvest.left_out", since=since.isoformat(), until=until.isoformat(), reason=error.detail)
        state.not_again = state.done_until = until
        state.window_until, state.cursor = None, ""
    # Otherwise an outage ended meanwhile, and the second can be read.
    state.problem = error.entry.code
    state.save()
    return True


def _is_readable(
    datacite: ChangeReader, since: datetime, until: datetime, *, cursor: str = _FIRST_CURSOR, size: int
) -> bool:
    """Tell whether DataCite gives a readable answer about this time."""
    try:
        _request_page(datacite, since, until, cursor, size).result()
    except ServiceError:
        return False
    return True


def _request_page(
    datacite: ChangeReader, since: datetime, until: datetime, cursor: str, size: int
) -> "Future[DoiPage]":
    call: Any = datacite.changed(since=since, until=until, cursor=cursor, size=size)
    return asyncio.run_coroutine_threadsafe(call, blocking.loop())


def _take_page(datacite: ChangeReader, watch: Watch, page: DoiPage) -> IntakeResult:
    return take_in_records(
        page.records,
        source=Source.POLL,
        watch=watch,
        origin=f"poll {_fingerprint(page)}",
        learn=lambda records: learn_repositories(datacite, records),
    )


def _fingerprint(page: DoiPage) -> str:
    """Name a page by its content, so that the same broken record is put into quarantine once."""
    return f"{zlib.crc32(b''.join(page.records)):08x}"


@transaction.atomic
def _save_place(state: HarvestState, next_cursor: str | None, records: int) -> None:
    state.records += records
    state.problem = ""
    state.not_before = None
    if next_cursor is None:
        assert state.window_until is not None
        state.done_until, state.window_until, state.cursor = state.window_until, None, ""
    else:
        state.cursor = next_cursor
    state.save()


def _save_pause(state: HarvestState, error: ServiceError) -> None:
    """Store why we stopped, and until when; the place stays the same."""
    wait = max(error.retry_after or 0.0, _MIN_PAUSE.total_seconds() if error.retry_after else 5.0)
    state.problem = error.entry.code
    state.not_before = database_now() + timedelta(seconds=wait)
    state.save()


def parse_start(text: str) -> datetime | None:
    """Read ``PROFILES_HARVEST_FROM``."""
    return moment(text)

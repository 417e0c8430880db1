"""Observe the service for ``/status``: a few queries with an index each, at most once in some seconds."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import Error

from profiles.claims import selectors as claims
from profiles.claims import traffic
from profiles.domain.service_status import (
    STATES_WORSENING,
    Observed,
    ProviderHealth,
    ServiceStatus,
    service_status,
)
from profiles.infra import clock, pauses
from profiles.infra.mail import outbox
from profiles.infra.web import service_days, service_health
from profiles.intake import selectors as intake
from profiles.pipeline.health import max_poll_age
from profiles.pipeline.intake.harvest import FIRST_LOOK

KEEP_SECONDS: Final = 5.0
"""For how long an observation is shown again: visitors must not cost queries while all of them look."""
DAYS_SHOWN: Final = 90
DELAY_WITHIN: Final = timedelta(hours=6)
Days = Mapping[tuple[str, date], int]
"""How bad a part was on a day, at its worst."""
_LABELS: Final = {"globus": "Globus", "orcid": "ORCID"}
"""Providers that are always there; further ones appear with the first person who uses them."""


def current() -> ServiceStatus:
    """Return the state of the service, observed at most some seconds ago. Never raises."""
    return _latest.current()


def last_days() -> tuple[list[date], Days]:
    """Return the last days, oldest first, and what the last observation knew of them, by part and day."""
    today = current().observed.now.date()
    return [today - timedelta(days=ago) for ago in reversed(range(DAYS_SHOWN))], _latest.days


def observe() -> Observed:
    """Read what the state follows from."""
    env = settings.ENVIRONMENT
    now = clock.now()
    service_health.record_database()
    polled = intake.poll_state(FIRST_LOOK.name)
    clients = {env.ORCID_AUTO_UPDATE_CLIENT_ID, env.ORCID_SEARCH_AND_LINK_CLIENT_ID}
    return Observed(
        now=now,
        providers=_providers(),
        polled_at=polled.updated_at if polled else None,
        poll_problem=polled.problem if polled else "",
        poll_pause_until=polled.not_before if polled else None,
        max_poll_age=max_poll_age(),
        event_at=intake.last_event_at(),
        events_wait_since=intake.oldest_due(),
        workers=claims.workers_alive(),
        write_at=traffic.last_write_at(),
        claims_wait_since=claims.oldest_due(),
        orcid_refuses=pauses.is_out(clients) or traffic.is_refused(),
        sends_mail=outbox.can_be_sent(),
        mails_wait_since=outbox.oldest_unsent(),
        delay=traffic.delay(within=DELAY_WITHIN),
    )


def _providers() -> dict[str, ProviderHealth]:
    """Return the health of the services that people sign in with, by the names that people know."""
    recorded = service_health.recorded()
    return {
        _LABELS.get(name, name): ProviderHealth(*recorded.get(name, (None, None)))
        for name in {*_LABELS, *recorded}
    }


@dataclass(slots=True)
class _Latest:
    """The last observation of this process."""

    status: ServiceStatus | None = None
    days: Days = field(default_factory=dict)
    taken_at: float = 0.0

    def current(self) -> ServiceStatus:
        if self.status and time.monotonic() - self.taken_at < KEEP_SECONDS:
            return self.status
        # One visitor looks again; the others see the last observation meanwhile, however long that takes.
        if not _looking.acquire(blocking=self.status is None):
            assert self.status is not None
            return self.status
        try:
            self.status, self.days = _status_or_away()
            self.taken_at = time.monotonic()
            return self.status
        finally:
            _looking.release()


def _status_or_away() -> tuple[ServiceStatus, Days]:
    """Observe the service, and record how bad the day is; without the database no day is known."""
    try:
        status = service_status(observe())
        today = status.observed.now.date()
        service_days.record(today, {part.name.value: STATES_WORSENING[part.state] for part in status.parts})
        return status, service_days.worst_since(today - timedelta(days=DAYS_SHOWN - 1))
    except Error:
        return service_status(Observed(now=clock.now(), database_answers=False)), {}


_looking = threading.Lock()
_latest = _Latest()

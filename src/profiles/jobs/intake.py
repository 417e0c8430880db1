"""Jobs of intake: poll for changed DOIs, decide about waiting events, look back, reconcile, clean up."""

from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from django.conf import settings
from procrastinate import JobContext

from profiles.clients.errors import RefusedError, ServiceError
from profiles.infra import clock, job_names
from profiles.infra.jobs import EVERY_MINUTE, Backoff
from profiles.infra.queue import app, defer
from profiles.intake import selectors, services
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.enrolled import enrolled_ids_cache
from profiles.pipeline.intake.harvest import SECOND_LOOK, first_moment
from profiles.pipeline.intake.harvest import harvest as poll
from profiles.pipeline.intake.receive import decide_due_events
from profiles.pipeline.requests import backfill
from profiles.pipeline.works import reconcile, replay

log = structlog.get_logger("profiles.intake")

_KEEP_EVENTS: Final = timedelta(days=90)
_WHILE_DATACITE_IS_DOWN: Final = timedelta(minutes=1)
"""Events that are due still when a run is over come after one that DataCite did not answer."""
_BY_THE_CLOCK: Final = timedelta(minutes=10)
"""How often events that are due are decided without being asked for."""
_EACH_RUN: Final = 6
"""Windows that one job reads before other jobs run: an hour of changes."""


@app.periodic(cron="* * * * *")
@app.task(name=job_names.HARVEST, queueing_lock=job_names.HARVEST, lock=job_names.HARVEST, pass_context=False)
def harvest(timestamp: int | None = None) -> None:
    """Take in the windows of changes since the last time. Safe to run twice: events are unique.

    When all is read, older windows are read again, for what DataCite showed late. When the
    deployment polls more often than once a minute, the job asks for its own next run.
    """
    del timestamp
    env = settings.ENVIRONMENT
    read = partial(
        poll,
        sync_clients.datacite(),
        enrolled_ids_cache.get(),
        begin=first_moment(env.PROFILES_HARVEST_FROM),
        most_windows=_EACH_RUN,
    )
    behind = read().windows == _EACH_RUN or read(look=SECOND_LOOK).windows == _EACH_RUN
    if behind or env.PROFILES_HARVEST_SECONDS < 60:  # noqa: PLR2004  the schedule's own minute
        wait = timedelta(seconds=0 if behind else env.PROFILES_HARVEST_SECONDS)
        defer(job_names.HARVEST, lock=job_names.HARVEST, at=clock.now() + wait if wait else None)


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.DECIDE_EVENTS, queueing_lock=job_names.DECIDE_EVENTS, retry=Backoff(EVERY_MINUTE))
def decide_events(timestamp: int | None = None) -> None:
    """Decide about the events that are due, in batches. Safe to run twice: decisions are unique.

    New events ask for a run, and each run asks for one when the next event is due, if that is before the
    clock's own. A run that is asked for long ahead would keep a sooner one away.
    """
    del timestamp
    if decide_due_events(sync_clients.datacite()).events:
        defer(job_names.ANNOUNCE, lock=job_names.ANNOUNCE, alone=True)
    next_due, now = selectors.next_event_due(), clock.now()
    if next_due is not None and next_due < now + _BY_THE_CLOCK:
        at = next_due if next_due > now else now + _WHILE_DATACITE_IS_DOWN
        # Under a lock of its own: it must not keep back what is to be decided at once.
        defer(job_names.DECIDE_EVENTS, lock=f"{job_names.DECIDE_EVENTS} again", at=at)


_MAX_TRIES: Final = 60
"""About a month, at waits of up to twelve hours."""
_MAX_REFUSALS: Final = 5
"""DataCite's refusal of a question is no outage: it hardly comes out otherwise the next time."""


@app.task(name=job_names.BACKFILL, retry=Backoff(), pass_context=True)
def look_back(context: JobContext, orcid_id: str) -> None:
    """Look up which works named a person when they switched Auto-Update on. Safe to run twice.

    While DataCite does not answer, the job is tried again; one that is given up is an error in the log.
    """
    try:
        backfill.look_back(orcid_id)
    except ServiceError as error:
        most = _MAX_REFUSALS if isinstance(error, RefusedError) else _MAX_TRIES
        if context.job.attempts + 1 < most:
            raise
        log.exception("backfill.given_up", problem=error.entry.code, tries=most)


@app.task(name=job_names.REPLAY, queue=job_names.SLOW_QUEUE)
def replay_skips(reason: str, orcid_id: str, by: str) -> None:
    """Do what today's rules say about old skips. Safe to run twice: each old decision is one event."""
    done = replay.replay(reason=reason, orcid_id=orcid_id, act=True, by=by)
    log.info("replay.done", by=by, reason=reason, asked=done.asked, acted=done.acted)


@app.periodic(cron="17 * * * *")
@app.task(name=job_names.RECONCILE, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.RECONCILE)
def reconcile_some(timestamp: int | None = None) -> None:
    """Compare the records that were not read for a week with what we know. Safe to run twice."""
    del timestamp
    reconcile.reconcile_due()


@app.periodic(cron="23 3 * * *")
@app.task(name=job_names.CLEAN_UP, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.CLEAN_UP)
def clean_up(timestamp: int | None = None) -> None:
    """Drop finished events after three months. Safe to run twice."""
    del timestamp
    services.clean_up(older_than=clock.now() - _KEEP_EVENTS)

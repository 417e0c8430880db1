"""Jobs of intake: poll for changed DOIs, decide about waiting events, look back, reconcile, clean up."""

from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from django.conf import settings
from procrastinate import JobContext

from profiles.clients.errors import RefusedError, ServiceError
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app, defer
from profiles.infra.jobs.row_jobs import EVERY_MINUTE, Backoff
from profiles.intake import selectors
from profiles.pipeline import sync_clients
from profiles.pipeline.intake import hidden_dois
from profiles.pipeline.intake.enrolled import enrolled_ids_cache
from profiles.pipeline.intake.harvest import SECOND_LOOK, parse_start
from profiles.pipeline.intake.harvest import harvest as poll
from profiles.pipeline.intake.receive import decide_due_events
from profiles.pipeline.requests import backfill
from profiles.pipeline.works import reconcile, replay

log = structlog.get_logger("profiles.intake")

_OUTAGE_DELAY: Final = timedelta(minutes=1)
"""After this time events are decided that are still due at the end of a run: DataCite did not answer."""
_SCHEDULE_INTERVAL: Final = timedelta(minutes=10)
"""How often the schedule starts a run."""
_MAX_WINDOWS_PER_RUN: Final = 6
"""How many windows one job reads before other jobs run: an hour of changes."""


@app.periodic(cron="* * * * *")
@app.task(name=job_names.HARVEST, queueing_lock=job_names.HARVEST, lock=job_names.HARVEST, pass_context=False)
def harvest(timestamp: int | None = None) -> None:
    """Take in the windows of changes since the last run. Safe to run twice: events are unique.

    When all windows are read, older ones are read again, for changes that DataCite showed late. When the
    deployment polls more often than once a minute, the job defers its own next run.
    """
    del timestamp
    env = settings.ENVIRONMENT
    read = partial(
        poll,
        sync_clients.datacite(),
        enrolled_ids_cache.get(),
        begin=parse_start(env.PROFILES_HARVEST_FROM),
        most_windows=_MAX_WINDOWS_PER_RUN,
    )
    behind = read().windows == _MAX_WINDOWS_PER_RUN or read(look=SECOND_LOOK).windows == _MAX_WINDOWS_PER_RUN
    if behind or env.PROFILES_HARVEST_SECONDS < 60:  # noqa: PLR2004  the schedule's own minute
        wait = timedelta(seconds=0 if behind else env.PROFILES_HARVEST_SECONDS)
        defer(job_names.HARVEST, lock=job_names.HARVEST, at=clock.now() + wait if wait else None)


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.DECIDE_EVENTS, queueing_lock=job_names.DECIDE_EVENTS, retry=Backoff(EVERY_MINUTE))
def decide_events(timestamp: int | None = None) -> None:
    """Decide about the events that are due, in batches. Safe to run twice: decisions are unique.

    New events defer a run, and each run defers one for when the next event is due, if that is before the
    scheduled run. A run that is deferred long ahead would keep an earlier one away.
    """
    del timestamp
    if decide_due_events(sync_clients.datacite()).events:
        defer(job_names.ANNOUNCE, lock=job_names.ANNOUNCE, alone=True)
    next_due, now = selectors.next_event_due(), clock.now()
    if next_due is not None and next_due < now + _SCHEDULE_INTERVAL:
        at = next_due if next_due > now else now + _OUTAGE_DELAY
        # Under its own lock: it must not delay events that are to be decided at once.
        defer(job_names.DECIDE_EVENTS, lock=f"{job_names.DECIDE_EVENTS} again", at=at)


_MAX_TRIES: Final = 60
"""About a month, at waits of up to twelve hours."""
_MAX_REFUSALS: Final = 5
"""A refusal by DataCite is no outage: the next try will hardly end differently."""


@app.task(name=job_names.BACKFILL, retry=Backoff(), pass_context=True)
def look_back(context: JobContext, orcid_id: str) -> None:
    """Look up which works named a person when they switched Auto-Update on. Safe to run twice.

    While DataCite does not answer, the job is retried; giving up is logged as an error.
    """
    try:
        backfill.look_back(orcid_id)
    except ServiceError as error:
        max_tries = _MAX_REFUSALS if isinstance(error, RefusedError) else _MAX_TRIES
        if context.job.attempts + 1 < max_tries:
            raise
        log.exception("backfill.given_up", problem=error.entry.code, tries=max_tries)


@app.task(name=job_names.REPLAY, queue=job_names.SLOW_QUEUE)
def replay_skips(reason: str, orcid_id: str, by: str) -> None:
    """Act on what today's rules say about old skips. Safe to run twice: each old decision is one event."""
    result = replay.replay(reason=reason, orcid_id=orcid_id, act=True, by=by)
    log.info("replay.done", by=by, reason=reason, asked=result.asked, acted=result.acted)


@app.periodic(cron="17 * * * *")
@app.task(name=job_names.RECONCILE, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.RECONCILE)
def reconcile_some(timestamp: int | None = None) -> None:
    """Compare the records that were not read for a week with our claims. Safe to run twice."""
    del timestamp
    reconcile.reconcile_due()


@app.periodic(cron="41 * * * *")
@app.task(
    name=job_names.LOOK_FOR_HIDDEN,
    queue=job_names.SLOW_QUEUE,
    queueing_lock=job_names.LOOK_FOR_HIDDEN,
    retry=Backoff(EVERY_MINUTE),
)
def look_for_hidden(timestamp: int | None = None) -> None:
    """Look up this hour's part of the DOIs on records, each once a day. Safe to run twice."""
    hour = clock.now().hour if timestamp is None else timestamp // 3600 % hidden_dois.HOURS
    hidden = hidden_dois.look_up_part(hour)
    if hidden:
        log.info("intake.hidden", dois=len(hidden))

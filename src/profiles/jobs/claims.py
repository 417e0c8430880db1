"""Jobs about claims and the records they are on."""

from datetime import timedelta
from typing import Final

from procrastinate import JobContext

from profiles.claims import campaigns
from profiles.domain.problem import Retry
from profiles.domain.problems import CATALOGUE
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.jobs.row_jobs import Backoff, RetryLaterError
from profiles.pipeline import service_status
from profiles.pipeline.permissions import record_webhooks
from profiles.pipeline.probe import probe_if_quiet
from profiles.pipeline.requests import choose_works, single_entries
from profiles.pipeline.works import reconcile


@app.periodic(cron="* * * * *")
@app.task(name=job_names.ADVANCE_CAMPAIGN, queueing_lock=job_names.ADVANCE_CAMPAIGN)
def advance_campaign(timestamp: int | None = None) -> None:
    """Request the next works of a campaign of staff, if there is one. Safe to run twice."""
    del timestamp
    campaigns.advance()


@app.periodic(cron="13,43 * * * *")
@app.task(
    name=job_names.KEEP_SINGLE_ENTRIES,
    queue=job_names.SLOW_QUEUE,
    queueing_lock=job_names.KEEP_SINGLE_ENTRIES,
)
def keep_single_entries(timestamp: int | None = None) -> None:
    """Take off other versions where people want one entry for a work. Safe to run twice."""
    del timestamp
    single_entries.apply_all()


@app.periodic(cron="*/5 * * * *")
@app.task(name=job_names.PROBE, queueing_lock=job_names.PROBE)
def probe(timestamp: int | None = None) -> None:
    """Record how the service is, and send one unchanged work to ORCID in quiet times, where configured."""
    del timestamp
    service_status.current()
    probe_if_quiet()


@app.task(name=job_names.LOOK_UP)
def look_up(selection_id: int) -> None:
    """Look up the DOIs that a person entered. Safe to run twice: found ones are not looked up again."""
    while choose_works.look_up(selection_id):
        pass


_MAX_COMPARE_TRIES: Final = 6
"""Some hours; then the weekly comparison has to do."""


@app.task(name=job_names.COMPARE, retry=Backoff(timedelta(hours=1)), pass_context=True)
def compare(context: JobContext, orcid_id: str) -> None:
    """Compare a record with our claims: its owner looks at their works, or ORCID says that it changed.

    Safe to run twice. During an outage of ORCID the job is retried.
    """
    problem = CATALOGUE.get(reconcile.reconcile(orcid_id).problem)
    if problem and problem.retry in _PASSING and context.job.attempts + 1 < _MAX_COMPARE_TRIES:
        raise RetryLaterError(problem.code)


_PASSING: Final = frozenset({Retry.NETWORK, Retry.SOON})


@app.task(name=job_names.KEEP_RECORD_WEBHOOK, retry=Backoff(timedelta(hours=1)))
def keep_record_webhook(orcid_id: str) -> None:
    """Register or remove the address that ORCID calls when a record changes. Safe to run twice."""
    record_webhooks.keep(orcid_id)


@app.periodic(cron="29 * * * *")
@app.task(
    name=job_names.KEEP_RECORD_WEBHOOKS,
    queue=job_names.SLOW_QUEUE,
    queueing_lock=job_names.KEEP_RECORD_WEBHOOKS,
)
def keep_record_webhooks(timestamp: int | None = None) -> None:
    """Start what is missing at ORCID or is still registered there. Safe to run twice."""
    del timestamp
    record_webhooks.keep_all()

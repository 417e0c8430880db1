"""Jobs about claims."""

from datetime import timedelta
from typing import Final

from profiles.claims import batch_services, campaigns, selection_services, services
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works import reconcile

KEEP_ATTEMPTS: Final = timedelta(days=180)
KEEP_SELECTIONS: Final = timedelta(days=90)


@app.periodic(cron="41 3 * * *")
@app.task(name=job_names.FORGET_ATTEMPTS, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.FORGET_ATTEMPTS)
def forget_attempts(timestamp: int | None = None) -> None:
    """Delete the log of single calls after half a year, and old selections and batches. Safe to run twice."""
    del timestamp
    services.clean_up(older_than=clock.now() - KEEP_ATTEMPTS)
    selection_services.clean_up(older_than=clock.now() - KEEP_SELECTIONS)
    batch_services.clean_up(older_than=clock.now() - batch_services.RETENTION)


@app.periodic(cron="* * * * *")
@app.task(name=job_names.ADVANCE_CAMPAIGN, queueing_lock=job_names.ADVANCE_CAMPAIGN)
def advance_campaign(timestamp: int | None = None) -> None:
    """Request the next works of a campaign of staff, if there is one. Safe to run twice."""
    del timestamp
    campaigns.advance()


@app.task(name=job_names.LOOK_UP)
def look_up(selection_id: int) -> None:
    """Look up the DOIs that a person entered. Safe to run twice: found ones are not looked up again."""
    while choose_works.look_up(selection_id):
        pass


@app.task(name=job_names.COMPARE)
def compare(orcid_id: str) -> None:
    """Compare a record with our claims, because its owner looks at their works. Safe to run twice."""
    reconcile.reconcile(orcid_id)

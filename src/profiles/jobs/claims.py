"""Jobs about claims."""

from profiles.claims import campaigns
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline.probe import probe_if_quiet
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works import reconcile


@app.periodic(cron="* * * * *")
@app.task(name=job_names.ADVANCE_CAMPAIGN, queueing_lock=job_names.ADVANCE_CAMPAIGN)
def advance_campaign(timestamp: int | None = None) -> None:
    """Request the next works of a campaign of staff, if there is one. Safe to run twice."""
    del timestamp
    campaigns.advance()


@app.periodic(cron="*/5 * * * *")
@app.task(name=job_names.PROBE, queueing_lock=job_names.PROBE)
def probe(timestamp: int | None = None) -> None:
    """Send one unchanged work to ORCID if nothing was sent for a while, where that is configured."""
    del timestamp
    probe_if_quiet()


@app.task(name=job_names.LOOK_UP)
def look_up(selection_id: int) -> None:
    """Look up the DOIs that a person entered. Safe to run twice: found ones are not looked up again."""
    while choose_works.look_up(selection_id):
        pass


@app.task(name=job_names.COMPARE)
def compare(orcid_id: str) -> None:
    """Compare a record with our claims, because its owner looks at their works. Safe to run twice."""
    reconcile.reconcile(orcid_id)

"""Jobs about claims."""

from profiles.claims import campaigns
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works import reconcile


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

"""Jobs of the OpenID provider; the queue imports this module by its name."""

from asgiref.sync import sync_to_async

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.jobs.row_jobs import EVERY_MINUTE, Backoff


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.START_LOGOUT_NOTICES, queueing_lock=job_names.START_LOGOUT_NOTICES)
def start_logout_notices(timestamp: int | None = None) -> None:
    """Start lost jobs of services with notices due. Safe to run twice: one job each is queued."""
    del timestamp
    from profiles.sso.protocol import logout

    for party_id in logout.parties_due():
        logout.start_notices(party_id)


@app.task(name=job_names.SEND_LOGOUT_NOTICES, queue=job_names.RECEIVERS_QUEUE, retry=Backoff(EVERY_MINUTE))
async def send_logout_notices(party_id: int) -> None:
    """Send one service its logout notices. Safe to run twice: no notice is taken twice."""
    from profiles.sso.protocol import logout

    start_job = logout.start_notices if await logout.send_due(party_id) else logout.start_next_notices
    await sync_to_async(start_job)(party_id)

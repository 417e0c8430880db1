"""Jobs of the OpenID provider; the queue finds them here by the module's name."""

from asgiref.sync import sync_to_async

from profiles.infra import job_names
from profiles.infra.jobs import EVERY_MINUTE, Backoff
from profiles.infra.queue import app


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.START_LOGOUT_NOTICES, queueing_lock=job_names.START_LOGOUT_NOTICES)
def start_logout_notices(timestamp: int | None = None) -> None:
    """Start telling each service whose job was lost. Safe to run twice: one job each waits."""
    del timestamp
    from profiles.sso.protocol import logout

    for party_id in logout.parties_due():
        logout.start_telling(party_id)


@app.task(name=job_names.SEND_LOGOUT_NOTICES, queue=job_names.RECEIVERS_QUEUE, retry=Backoff(EVERY_MINUTE))
async def send_logout_notices(party_id: int) -> None:
    """Tell one service of sessions that ended. Safe to run twice: no notice is taken twice."""
    from profiles.sso.protocol import logout

    again = logout.start_telling if await logout.tell_due(party_id) else logout.start_telling_next
    await sync_to_async(again)(party_id)

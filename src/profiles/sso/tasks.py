"""Jobs of the OpenID provider; the queue finds them here by the module's name."""

from asgiref.sync import sync_to_async

from profiles.infra import outbox
from profiles.infra.queue import app


@app.periodic(cron="* * * * *")
@app.task(name=outbox.TELL_LOGOUT_DUE, queueing_lock=outbox.TELL_LOGOUT_DUE)
def tell_logout_due(timestamp: int | None = None) -> None:
    """Start telling each service whose next notice is due. Safe to run twice: one job each waits."""
    del timestamp
    from profiles.sso.protocol import logout

    for party_id in logout.parties_due():
        logout.start_telling(party_id)


@app.task(name=outbox.TELL_LOGOUT, queue=outbox.RECEIVERS_QUEUE)
async def tell_logout(party_id: int) -> None:
    """Tell one service of sessions that ended. Safe to run twice: no notice is taken twice."""
    from profiles.sso.protocol import logout

    if await logout.tell_due(party_id):
        await sync_to_async(logout.start_telling)(party_id)

"""Jobs of the OpenID provider; the queue finds them here by the module's name."""

from profiles.infra import outbox
from profiles.infra.queue import app


@app.periodic(cron="* * * * *")
@app.task(name=outbox.TELL_LOGOUT, queueing_lock=outbox.TELL_LOGOUT)
def tell_logout(timestamp: int | None = None) -> None:
    """Tell services of sessions that ended. Safe to run twice: who was told is not told again."""
    del timestamp
    from profiles.sso.protocol import logout

    logout.tell_due()

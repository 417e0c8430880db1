"""Jobs of upkeep."""

from profiles.accounts import authorization_answers, signals
from profiles.accounts.models import Account
from profiles.infra import outbox
from profiles.infra.queue import app
from profiles.infra.rate_limit import delete_old_hits


@app.periodic(cron="7 * * * *")
@app.task(name=outbox.TIDY_UP, queue=outbox.SLOW_QUEUE, queueing_lock=outbox.TIDY_UP)
def tidy_up(timestamp: int | None = None) -> None:
    """Let each room drop what is past its time: sessions, tries. Safe to run twice."""
    del timestamp
    delete_old_hits()
    authorization_answers.forget_old()
    signals.tidy_up.send(sender=Account)

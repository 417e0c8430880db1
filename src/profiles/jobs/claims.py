"""Jobs about claims."""

from datetime import timedelta
from typing import Final

from profiles.claims import services
from profiles.infra import clock, outbox
from profiles.infra.queue import app

KEEP_ATTEMPTS: Final = timedelta(days=180)


@app.periodic(cron="41 3 * * *")
@app.task(name=outbox.FORGET_ATTEMPTS, queue=outbox.SLOW_QUEUE, queueing_lock=outbox.FORGET_ATTEMPTS)
def forget_attempts(timestamp: int | None = None) -> None:
    """Drop the record of single calls after half a year. Safe to run twice."""
    del timestamp
    services.clean_up(older_than=clock.now() - KEEP_ATTEMPTS)

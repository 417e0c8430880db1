"""Jobs that delete old data of several packages."""

from profiles.accounts import signals
from profiles.accounts.authorization import answers as authorization_answers
from profiles.accounts.models import Account
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.rate_limit import delete_old_hits


@app.periodic(cron="7 * * * *")
@app.task(name=job_names.TIDY_UP, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.TIDY_UP)
def tidy_up(timestamp: int | None = None) -> None:
    """Let each package delete old data: sessions, rate-limit hits, answers. Safe to run twice."""
    del timestamp
    delete_old_hits()
    authorization_answers.forget_old()
    signals.tidy_up.send(sender=Account)

"""Jobs about jobs: what a killed worker left half-done is begun again."""

from typing import Final

from procrastinate import App, JobContext

from profiles.accounts import authorization_answers, signals
from profiles.accounts.models import Account
from profiles.infra import clock, outbox
from profiles.infra.queue import app
from profiles.infra.rate_limit import delete_old_hits

SILENT_SECONDS: Final = 20
"""A worker that gave no sign for so long is gone; a living one gives one every five seconds."""


@app.periodic(cron="* * * * *")
@app.task(name=outbox.RESUME, queueing_lock=outbox.RESUME, pass_context=True)
async def resume(context: JobContext, timestamp: int | None = None) -> None:
    """Begin again the jobs whose worker is gone. Safe to run twice, and so is each of those jobs."""
    del timestamp
    await resume_orphans(context.app)


async def resume_orphans(worker_app: App) -> int:
    """Begin again the jobs whose worker no longer gives a sign of life; say how many."""
    manager = worker_app.job_manager
    orphans = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in orphans:
        await manager.retry_job(job, retry_at=clock.now())
    return len(orphans)


@app.periodic(cron="7 * * * *")
@app.task(name=outbox.TIDY_UP, queue=outbox.SLOW_QUEUE, queueing_lock=outbox.TIDY_UP)
def tidy_up(timestamp: int | None = None) -> None:
    """Let each room drop what is past its time: sessions, tries. Safe to run twice."""
    del timestamp
    delete_old_hits()
    authorization_answers.forget_old()
    signals.tidy_up.send(sender=Account)

"""Jobs about repositories."""

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline.for_repositories import monthly_mail
from profiles.pipeline.for_repositories.following import follow_all, report_and_follow


@app.task(name=job_names.REPORT, queue=job_names.SLOW_QUEUE)
def report(client_id: str) -> None:
    """Count what a repository's metadata say about people, and note what was corrected. Safe to run twice."""
    report_and_follow(client_id)


@app.periodic(cron="23 4 * * *")
@app.task(
    name=job_names.FOLLOW_CORRECTIONS, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.FOLLOW_CORRECTIONS
)
def follow_corrections(timestamp: int | None = None) -> None:
    """Look once a day at the repositories that have something to correct. Safe to run twice."""
    del timestamp
    follow_all()


@app.periodic(cron="33 5,6,7 * * *")
@app.task(
    name=job_names.WRITE_REPOSITORY_MAILS,
    queue=job_names.SLOW_QUEUE,
    queueing_lock=job_names.WRITE_REPOSITORY_MAILS,
)
def write_repository_mails(timestamp: int | None = None) -> None:
    """Write the monthly mails that managers asked for. Safe to run twice: each is written once.

    A report that is old is made again between two runs.
    """
    del timestamp
    monthly_mail.write_due()

"""Jobs about repositories."""

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app, defer
from profiles.intake.repositories import repositories_to_follow
from profiles.pipeline.for_repositories.following import report_and_follow


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
    for client_id in repositories_to_follow():
        defer(job_names.REPORT, lock=f"{job_names.REPORT} {client_id}", client_id=client_id)

"""Jobs about repositories."""

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline.works.repository_view import make_report


@app.task(name=job_names.REPORT, queue=job_names.SLOW_QUEUE)
def report(client_id: str) -> None:
    """Count what a repository's newest metadata say about people. Safe to run twice."""
    make_report(client_id)

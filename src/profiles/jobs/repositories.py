"""Jobs about repositories."""

from profiles.infra import outbox
from profiles.infra.queue import app
from profiles.pipeline.works.repository_view import make_report


@app.task(name=outbox.REPORT, queue=outbox.SLOW_QUEUE)
def report(client_id: str) -> None:
    """Count what a repository's newest metadata say about people. Safe to run twice."""
    make_report(client_id)

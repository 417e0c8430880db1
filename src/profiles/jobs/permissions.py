"""Jobs about permissions: tell ORCID of those that were taken back."""

from profiles.infra import outbox
from profiles.infra.queue import app
from profiles.pipeline import permission


@app.periodic(cron="* * * * *")
@app.task(name=outbox.REVOKE, queueing_lock=outbox.REVOKE)
def revoke(timestamp: int | None = None) -> None:
    """Revoke at ORCID what was taken back here. Safe to run twice: ORCID takes a second time for done."""
    del timestamp
    permission.revoke_due()

"""Jobs about people: permissions, tokens, invitations, chosen mails, closed accounts."""

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.pipeline import chosen_mails
from profiles.pipeline.leaving import close_account
from profiles.pipeline.permissions import invite as inviting
from profiles.pipeline.permissions import refresh as permission_health


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.INVITE, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.INVITE)
def invite(timestamp: int | None = None) -> None:
    """Start invitations of authors without an account. Safe to run twice: each author gets one job."""
    del timestamp
    inviting.invite_authors()


@app.periodic(cron="*/5 * * * *")
@app.task(name=job_names.CARE_FOR_PERMISSIONS, queueing_lock=job_names.CARE_FOR_PERMISSIONS)
def care_for_permissions(timestamp: int | None = None) -> None:
    """Check permissions again that were refused once, and refresh tokens that expire soon.

    Safe to run twice: each pair of tokens is taken by one job at a time.
    """
    del timestamp
    permission_health.check_doubted()
    permission_health.refresh_due()


@app.periodic(cron="53 3 * * *")
@app.task(name=job_names.ERASE_CLOSED, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.ERASE_CLOSED)
def erase_closed(timestamp: int | None = None) -> None:
    """Erase the last data of people who left two days ago. Safe to run twice."""
    del timestamp
    close_account.erase_closed()


@app.periodic(cron="*/15 * * * *")
@app.task(
    name=job_names.WRITE_CHOSEN_MAILS,
    queue=job_names.SLOW_QUEUE,
    queueing_lock=job_names.WRITE_CHOSEN_MAILS,
)
def write_chosen_mails(timestamp: int | None = None) -> None:
    """Write the mails that people asked for. Safe to run twice: each is written once."""
    del timestamp
    chosen_mails.write_due()

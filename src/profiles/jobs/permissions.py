"""Jobs about permissions: check them, refresh tokens, invite authors, erase closed accounts."""

from datetime import timedelta
from typing import Final

from profiles.accounts import email
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.mail import outbox
from profiles.pipeline.leaving import close_account
from profiles.pipeline.permissions import invite as inviting
from profiles.pipeline.permissions import refresh as permission_health

KEEP_MAILS: Final = timedelta(days=30)


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


@app.periodic(cron="47 3 * * *")
@app.task(
    name=job_names.FORGET_PERMISSIONS, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.FORGET_PERMISSIONS
)
def forget(timestamp: int | None = None) -> None:
    """Delete old mails and old links that confirm addresses. Safe to run twice."""
    del timestamp
    outbox.forget_old(older_than=clock.now() - KEEP_MAILS)
    email.forget_old(older_than=clock.now() - KEEP_MAILS)

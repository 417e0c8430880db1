"""Jobs that delete old data of all packages; docs/ops/retention.md lists every table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from profiles.accounts import email, keys, signals
from profiles.accounts.authorization import answers
from profiles.accounts.managers import monthly_mail
from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.claims import batch_services, campaigns, selection_services
from profiles.claims import services as claims
from profiles.claims.bulk_acts import store as bulk_acts
from profiles.consents import departures
from profiles.infra import clock
from profiles.infra.each import for_each
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.mail import outbox
from profiles.infra.rate_limit import delete_old_hits
from profiles.infra.web import service_days
from profiles.intake import repositories, retention
from profiles.pipeline.works import unused_metadata
from profiles.webhooks import services as webhooks

log = structlog.get_logger(__name__)

KEPT: Final[dict[Callable[..., int], timedelta]] = {
    batch_services.delete_old_batches: batch_services.RETENTION,
    bulk_acts.delete_old_bulk_acts: bulk_acts.RETENTION,
    outbox.delete_old_mails: timedelta(days=30),
    email.delete_old_proofs: timedelta(days=30),
    monthly_mail.delete_unconfirmed: monthly_mail.LIFE,
    webhooks.delete_old_messages: webhooks.KEEP,
    selection_services.delete_old_selections: timedelta(days=90),
    retention.delete_old_events: timedelta(days=90),
    retention.delete_superseded_skips: timedelta(days=90),
    unused_metadata.delete_unused_metadata: timedelta(days=90),
    claims.delete_old_attempts: timedelta(days=180),
    keys.delete_old_uses: timedelta(days=400),
    campaigns.delete_old_campaigns: timedelta(days=400),
    departures.delete_old_departures: timedelta(days=400),
    retention.delete_old_problems: timedelta(days=400),
    repositories.delete_changed_ids: timedelta(days=400),
    service_days.delete_old_days: timedelta(days=400),
    audit.delete_old_rows: audit.RETENTION,
}
"""What deletes the old rows of which table, and how long they are kept."""


@app.periodic(cron="7 * * * *")
@app.task(name=job_names.TIDY_UP, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.TIDY_UP)
def tidy_up(timestamp: int | None = None) -> None:
    """Let each package end what has expired: sessions, rate-limit hits, answers. Safe to run twice."""
    del timestamp
    delete_old_hits()
    answers.delete_old_answers()
    signals.tidy_up.send(sender=Account)


@app.periodic(cron="41 3 * * *")
@app.task(name=job_names.DELETE_OLD, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.DELETE_OLD)
def delete_old(timestamp: int | None = None) -> None:
    """Delete the rows that are no longer kept. Safe to run twice; an error in one table stops no other."""
    del timestamp
    for_each(KEPT.items(), _delete, job=job_names.DELETE_OLD)


def _delete(kept: tuple[Callable[..., int], timedelta]) -> bool:
    delete, time = kept
    rows = delete(older_than=clock.now() - time)
    log.info("retention.deleted", what=delete.__name__.removeprefix("delete_"), rows=rows)
    return True

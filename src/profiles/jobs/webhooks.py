"""Jobs about webhooks: write messages about events, send them, and delete old ones."""

from asgiref.sync import sync_to_async

from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import app
from profiles.infra.jobs.row_jobs import EVERY_MINUTE, Backoff
from profiles.pipeline.webhooks.announce import announce as write_down
from profiles.pipeline.webhooks.deliver import send_due
from profiles.webhooks import services


@app.periodic(cron="* * * * *")
@app.task(name=job_names.ANNOUNCE, queueing_lock=job_names.ANNOUNCE, lock=job_names.ANNOUNCE)
def announce(timestamp: int | None = None) -> None:
    """Write messages about events since the last run. Safe to run twice: each event makes one message.

    A worker that has recorded outcomes defers this job within seconds; the scheduled run finds the rest.
    """
    del timestamp
    write_down()


@app.periodic(cron="*/10 * * * *")
@app.task(name=job_names.START_DELIVERIES, queueing_lock=job_names.START_DELIVERIES)
def start_deliveries(timestamp: int | None = None) -> None:
    """Start a delivery to each receiver that has a key again, or whose job was lost. Safe to run twice."""
    del timestamp
    for webhook_id in services.receivers_due():
        services.start_delivery(webhook_id)


@app.task(name=job_names.SEND_DELIVERIES, queue=job_names.RECEIVERS_QUEUE, retry=Backoff(EVERY_MINUTE))
async def send_deliveries(webhook_id: int) -> None:
    """Send one receiver its due messages, in order. Safe to run twice: a message keeps its id."""
    start_next = services.start_delivery if await send_due(webhook_id) else services.start_next_delivery
    await sync_to_async(start_next)(webhook_id)

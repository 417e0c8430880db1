"""Jobs about webhooks: write down what happened for those who want to know, send it, forget it in time."""

from asgiref.sync import sync_to_async

from profiles.infra import clock, job_names
from profiles.infra.jobs import EVERY_MINUTE, Backoff
from profiles.infra.queue import app
from profiles.pipeline.webhooks.announce import announce as write_down
from profiles.pipeline.webhooks.deliver import send_due
from profiles.webhooks import services


@app.periodic(cron="* * * * *")
@app.task(name=job_names.ANNOUNCE, queueing_lock=job_names.ANNOUNCE, lock=job_names.ANNOUNCE)
def announce(timestamp: int | None = None) -> None:
    """Write messages about what happened since the last time. Safe to run twice: each event makes one.

    A worker that has recorded outcomes asks for it within seconds; the clock's own run finds the rest.
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
    """Send one receiver what is due for it, in order. Safe to run twice: a message keeps its id."""
    again = services.start_delivery if await send_due(webhook_id) else services.start_next_delivery
    await sync_to_async(again)(webhook_id)


@app.periodic(cron="47 3 * * *")
@app.task(name=job_names.FORGET_MESSAGES, queue=job_names.SLOW_QUEUE, queueing_lock=job_names.FORGET_MESSAGES)
def forget_messages(timestamp: int | None = None) -> None:
    """Drop messages after two months. Safe to run twice."""
    del timestamp
    services.forget_old(older_than=clock.now() - services.KEEP)

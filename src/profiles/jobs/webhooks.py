"""Jobs about webhooks: write down what happened for those who want to know, send it, forget it in time."""

from asgiref.sync import sync_to_async

from profiles.infra import clock, outbox
from profiles.infra.queue import app
from profiles.pipeline.webhooks.announce import announce as write_down
from profiles.pipeline.webhooks.deliver import send_due
from profiles.webhooks import services


@app.periodic(cron="* * * * * */15")
@app.task(name=outbox.ANNOUNCE, queueing_lock=outbox.ANNOUNCE, lock=outbox.ANNOUNCE)
def announce(timestamp: int | None = None) -> None:
    """Write messages about what happened since the last time. Safe to run twice: each event makes one."""
    del timestamp
    write_down()


@app.periodic(cron="* * * * *")
@app.task(name=outbox.DELIVER_DUE, queueing_lock=outbox.DELIVER_DUE)
def deliver_due(timestamp: int | None = None) -> None:
    """Start a delivery to each receiver whose next try is due. Safe to run twice: one job each waits."""
    del timestamp
    for webhook_id in services.receivers_due():
        services.start_delivery(webhook_id)


@app.task(name=outbox.DELIVER, queue=outbox.RECEIVERS_QUEUE)
async def deliver(webhook_id: int) -> None:
    """Send one receiver what is due for it. Safe to run twice: a message keeps its id."""
    if await send_due(webhook_id):
        await sync_to_async(services.start_delivery)(webhook_id)


@app.periodic(cron="47 3 * * *")
@app.task(name=outbox.FORGET_MESSAGES, queue=outbox.SLOW_QUEUE, queueing_lock=outbox.FORGET_MESSAGES)
def forget_messages(timestamp: int | None = None) -> None:
    """Drop messages after two months. Safe to run twice."""
    del timestamp
    services.forget_old(older_than=clock.now() - services.KEEP)

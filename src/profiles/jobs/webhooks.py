"""Jobs about webhooks: write down what happened for those who want to know, send it, forget it in time."""

from profiles.infra import clock, outbox
from profiles.infra.queue import app
from profiles.pipeline.webhooks.announce import announce as write_down
from profiles.pipeline.webhooks.deliver import deliver_due
from profiles.webhooks import services


@app.periodic(cron="* * * * * */15")
@app.task(name=outbox.ANNOUNCE, queueing_lock=outbox.ANNOUNCE, lock=outbox.ANNOUNCE)
def announce(timestamp: int | None = None) -> None:
    """Write messages about what happened since the last time. Safe to run twice: each event makes one."""
    del timestamp
    write_down()


@app.periodic(cron="* * * * *")
@app.task(name=outbox.DELIVER, queueing_lock=outbox.DELIVER)
def deliver(timestamp: int | None = None) -> None:
    """Send messages that are due. Safe to run twice: what one process is sending, others pass by."""
    del timestamp
    while deliver_due():
        pass


@app.periodic(cron="47 3 * * *")
@app.task(name=outbox.FORGET_MESSAGES, queue=outbox.SLOW_QUEUE, queueing_lock=outbox.FORGET_MESSAGES)
def forget_messages(timestamp: int | None = None) -> None:
    """Drop messages after two months. Safe to run twice."""
    del timestamp
    services.forget_old(older_than=clock.now() - services.KEEP)

"""``profiles listen``: take in changed DOIs from DataCite's queue."""

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import until_interrupted


@click.command()
@click.option("--queue", required=True, help="name of the queue, such as production_doi")
@click.option("--endpoint", default="", help="address of the service, when it is not Amazon's")
@click.option("--region", default="eu-west-1", show_default=True)
@click.option("--wait", default=20, show_default=True, help="seconds to wait for messages in one call")
@click.option("--hold", default=60, show_default=True, help="seconds after which an unstored message returns")
def listen(queue: str, endpoint: str, region: str, wait: int, hold: int) -> None:
    """Receive the messages of QUEUE until stopped. Use a dedicated queue, not a shared one."""
    start_django()
    from profiles.clients.errors import ServiceError
    from profiles.clients.sqs import Sqs, SqsMissingError
    from profiles.pipeline.intake.queue_messages import listen as take_in

    try:
        source = Sqs(queue, endpoint=endpoint, region=region)
    except (ServiceError, SqsMissingError) as error:
        raise click.ClickException(str(error)) from error
    with until_interrupted() as stop:
        done = take_in(source, stop=stop, wait=wait, hold=hold)
    click.echo(f"{done.messages} messages, {done.new} new events, {done.unreadable} not readable")

"""``profiles harvest``: poll DataCite for changed DOIs now."""

from datetime import datetime

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import errors, only_warnings, until_interrupted


@click.command()
@click.option("--begin", default="", help="where to start the very first time, such as 2026-08-01T00:00:00Z")
@click.option("--state", "only_state", is_flag=True, help="only show the position")
@click.option("--most-windows", default=1_000, show_default=True, help="windows to read at most")
def harvest(begin: str, *, only_state: bool, most_windows: int) -> None:
    """Take in the DOIs that changed since the last run, then decide about waiting events."""
    start_django()
    only_warnings()
    from profiles.pipeline import sync_clients
    from profiles.pipeline.intake.enrolled import enrolled_ids_cache
    from profiles.pipeline.intake.harvest import harvest as poll
    from profiles.pipeline.intake.harvest import parse_start
    from profiles.pipeline.intake.receive import decide_due_events

    if only_state:
        _show_state()
        return
    moment: datetime | None = parse_start(begin) if begin else None
    if begin and moment is None:
        raise click.BadParameter("not a moment such as 2026-08-01T00:00:00Z", param_hint="--begin")
    with until_interrupted() as stop:
        done = poll(
            sync_clients.datacite(),
            enrolled_ids_cache.get(),
            begin=moment,
            stop=stop,
            most_windows=most_windows,
        )
    decide_due_events(sync_clients.datacite())
    click.echo(
        f"{done.windows} windows, {done.records:,} records, {done.concerned:,} concern enrolled people; "
        f"{done.lag:.0f} s behind"
    )
    if done.problem:
        errors.print(f"Stopped by DataCite: {done.problem}. The next run continues from here.")
        raise SystemExit(1)


def _show_state() -> None:
    from profiles.intake.selectors import harvest_state

    state = harvest_state()
    if state is None:
        click.echo("nothing was polled yet")
        return
    under_way = f", reading until {state.window_until:%F %T}" if state.window_until else ""
    click.echo(f"done until {state.done_until:%F %T} UTC{under_way}; {state.records:,} records in all")
    if state.problem:
        click.echo(f"held by {state.problem} until {state.not_before:%F %T}")

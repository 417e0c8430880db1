"""``profiles removals``: show and release removals that were stopped because there were too many."""

import click

from profiles.ops.django_setup import start_django


@click.group()
def removals() -> None:
    """Removals of works whose DOIs look gone, or no longer name the person.

    They stop when more DOIs than PROFILES_REMOVALS_FREE, and more than PROFILES_REMOVALS_SHARE percent of
    all DOIs that are kept, look so within a day: then DataCite may be showing its records wrongly.
    """


@removals.command()
def show() -> None:
    """Show whether removals are stopped, and which DOIs wait."""
    start_django()
    from profiles.intake import removals as intake

    since = intake.stopped_since()
    if since is None:
        click.echo("Removals are not stopped.")
        return
    count, dois = intake.held()
    click.echo(f"Removals are stopped since {since:%Y-%m-%d %H:%M} UTC. Changes held: {count}.")
    for doi in dois:
        click.echo(f"  {doi}")
    if count > len(dois):
        click.echo(f"  and {count - len(dois)} more")
    click.echo("Look at some of them at DataCite, then: profiles removals release --by YOUR-NAME")


@removals.command()
@click.option("--by", required=True, help="who has looked at the DOIs; kept with the release")
def release(by: str) -> None:
    """Resume removals. Every DOI is fetched again first: a DOI that is back is not removed."""
    start_django()
    import structlog

    from profiles.infra.jobs import job_names
    from profiles.infra.jobs.queue import defer
    from profiles.intake import removals as intake

    if intake.stopped_since() is None:
        raise click.ClickException("Removals are not stopped.")
    count = intake.release(by=by)
    defer(job_names.DECIDE_EVENTS, lock=job_names.DECIDE_EVENTS)
    structlog.get_logger("profiles.intake").warning("intake.removals_released", by=by, changes=count)
    click.echo(f"Released. Changes that are looked at again now: {count}.")

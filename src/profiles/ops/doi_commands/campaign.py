"""``profiles campaign``: correct works on records after our mapping has changed."""

import click
import msgspec

from profiles.ops.django_setup import start_django


@click.group()
def campaign() -> None:
    """Correct works that today's mapping would write otherwise.

    A change of the mapping alone writes nothing: works are corrected when their metadata change. A campaign
    does it earlier, at a pace that you choose. Everyone whose record is changed is notified by ORCID.
    """


@campaign.command()
@click.option("--prefix", default="", help="only DOIs that begin like this")
@click.option("--per-hour", default=5_000, show_default=True, help="to estimate how long it takes")
def preview(prefix: str, per_hour: int) -> None:
    """Count the works that a campaign would change, with ten examples; nothing is sent."""
    start_django()
    from profiles.pipeline.works import correct

    found = correct.preview(doi_prefix=prefix)
    click.echo(
        f"{found.looked_at} works are on records. {len(found.differing)} would be written otherwise today."
    )
    if found.unknown:
        click.echo(f"The metadata of {found.unknown} are not stored here, so these were not compared.")
    for doi, orcid_id in found.examples:
        click.echo(f"  {doi} on {orcid_id}")
    if found.differing:
        click.echo(f"At {per_hour} an hour that takes {len(found.differing) / per_hour:.1f} hours.")
        click.echo("See a work as it would be: profiles map DOI --owner ORCID")


@campaign.command()
@click.option("--by", required=True, help="who starts it; kept with the campaign")
@click.option("--per-hour", default=5_000, show_default=True, type=click.IntRange(60, 80_000))
@click.option("--prefix", default="", help="only DOIs that begin like this")
@click.option("--limit", type=click.IntRange(1), help="at most so many works, to try it out")
def start(by: str, per_hour: int, prefix: str, limit: int | None) -> None:
    """Start a campaign for the works that ``preview`` counts."""
    start_django()
    from profiles.claims import campaigns
    from profiles.pipeline.works import correct

    found = correct.preview(doi_prefix=prefix, limit=limit)
    if not found.differing:
        click.echo("No work would be written otherwise.")
        return
    try:
        started = campaigns.start(claim_ids=found.differing, per_hour=per_hour, by=by)
    except campaigns.CampaignRunningError:
        raise click.ClickException("A campaign is active. Stop it first: profiles campaign stop ID") from None
    click.echo(f"Campaign {started.pk} corrects {len(found.differing)} works, {per_hour} an hour.")
    click.echo(f"Stop it: profiles campaign stop {started.pk}. Undo it: profiles campaign undo {started.pk}")


@campaign.command()
def status() -> None:
    """List the campaigns and how far they are."""
    start_django()
    from profiles.claims import campaigns

    for one in campaigns.every():
        counts = campaigns.states(campaign_id=one.pk)
        shown = ", ".join(f"{number} {state}" for state, number in counts.items())
        click.echo(f"{one.pk}: {one.state}, by {one.started_by}, {one.per_hour} an hour: {shown}")


@campaign.command()
@click.argument("campaign_id", type=int)
def stop(campaign_id: int) -> None:
    """Stop a campaign; works that it has not reached stay as they are."""
    start_django()
    from profiles.claims import campaigns

    left = campaigns.stop(campaign_id=campaign_id)
    click.echo(f"Campaign {campaign_id} is stopped. {left} works stay as they are.")


@campaign.command()
@click.argument("campaign_id", type=int)
def undo(campaign_id: int) -> None:
    """Bring back what was on the records before a campaign, at its pace."""
    start_django()
    from profiles.claims import campaigns

    try:
        number = campaigns.undo(campaign_id=campaign_id)
    except campaigns.CampaignRunningError:
        raise click.ClickException("Another campaign is active. Stop it first.") from None
    click.echo(f"{number} works are brought back.")


@campaign.command()
@click.argument("campaign_id", type=int)
def works(campaign_id: int) -> None:
    """List the works that a campaign wrote, one line of JSON each: before and after."""
    start_django()
    from profiles.claims import campaigns

    for row in campaigns.touched(campaign_id=campaign_id):
        before, after = (msgspec.Raw(bytes(row[name])) for name in ("before", "after"))
        click.echo(msgspec.json.encode({**row, "before": before, "after": after}))

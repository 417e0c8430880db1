"""``profiles replay``: apply today's rules to earlier skips."""

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings


@click.command()
@click.option("--reason", default="", help="only skips with this reason code")
@click.option("--orcid", default="", help="only this person's")
@click.option("--limit", default=10_000, show_default=True, help="decisions to check at most")
@click.option("--act", is_flag=True, help="do it; without this only show what would happen")
def replay(reason: str, orcid: str, *, limit: int, act: bool) -> None:
    """Apply today's rules to decisions that were skips, and list those that would now differ."""
    start_django()
    only_warnings()
    from profiles.domain.eligibility.reasons import REASONS
    from profiles.domain.ids import parse_orcid_id
    from profiles.pipeline.works.replay import replay as ask_again

    if reason and reason not in REASONS:
        raise click.BadParameter(f"known reasons: {', '.join(sorted(REASONS))}", param_hint="--reason")
    orcid_id = parse_orcid_id(orcid) if orcid else ""
    if orcid_id is None:
        raise click.BadParameter(f"{orcid} is not an ORCID iD", param_hint="--orcid")
    done = ask_again(reason=reason, orcid_id=orcid_id, limit=limit, act=act, by="the command line")
    changing = sum(done.would_change.values())
    click.echo(f"{done.asked:,} skips asked about, {changing:,} would now come out otherwise:")
    for change, count in done.would_change.most_common():
        click.echo(f"  {count:>8,}  {change}")
    for person, doi, then, now in done.examples[:20]:
        click.echo(f"  {person} {doi}: {then} -> {now}")
    if done.unknown:
        click.echo(f"{done.unknown:,} DOIs are not kept any more and were left out")
    click.echo(f"{done.acted:,} acted on" if act else "Nothing was done. With --act it is.")

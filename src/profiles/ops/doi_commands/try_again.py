"""``profiles try-again``: request failed claims again."""

from collections import Counter
from datetime import UTC, datetime
from typing import Final

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings

_BATCH_SIZE: Final = 1_000


@click.command("try-again")
@click.option("--problem", default="", help="only claims with this problem code")
@click.option("--orcid", default="", help="only this person's")
@click.option("--doi-prefix", default="", help="only DOIs with this prefix, such as 10.5072/ or 10.5072/abc")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="only what failed since (UTC)"
)
@click.option("--limit", default=10_000, show_default=True, help="claims at most, the latest first")
@click.option("--actor", default="operator", show_default=True, help="who asks, for the claims' history")
@click.option("--act", is_flag=True, help="do it; without this only show what would be requested again")
def try_again(
    problem: str, orcid: str, doi_prefix: str, since: datetime | None, *, limit: int, actor: str, act: bool
) -> None:
    """Request failed claims again, as they were requested first.

    Later decisions of their people count: a claim whose Auto-Update was switched off, or whose work was
    removed or called "not mine", sends nothing.
    """
    start_django()
    only_warnings()
    from profiles.claims.selectors import failed_claims
    from profiles.claims.services import replay
    from profiles.domain.ids import parse_orcid_id
    from profiles.domain.problems import CATALOGUE

    if problem and problem not in CATALOGUE:
        raise click.BadParameter(f"known problems: {', '.join(sorted(CATALOGUE))}", param_hint="--problem")
    orcid_id = parse_orcid_id(orcid) if orcid else ""
    if orcid_id is None:
        raise click.BadParameter(f"{orcid} is not an ORCID iD", param_hint="--orcid")
    failed = failed_claims(
        problem=problem,
        orcid_id=orcid_id,
        doi_prefix=doi_prefix.strip().lower(),
        since=since and since.replace(tzinfo=UTC),
    )
    claims = list(failed.values_list("pk", "orcid_id", "doi", "problem")[:limit])
    click.echo(f"{len(claims):,} claims have stopped:")
    for code, count in Counter(claim[3] for claim in claims).most_common():
        title = CATALOGUE[code].title if code in CATALOGUE else ""
        click.echo(f"  {count:>8,}  {code}  {title}")
    for _, person, doi, code in claims[:20]:
        click.echo(f"  {person} {doi}: {code}")
    if not act:
        click.echo("Nothing was done. With --act they are asked for again.")
        return
    requested = 0
    with click.progressbar(length=len(claims), label="asking again") as bar:
        for start in range(0, len(claims), _BATCH_SIZE):
            batch = claims[start : start + _BATCH_SIZE]
            requested += replay(
                claim_ids=[claim[0] for claim in batch], actor=actor, note="tried again by command"
            )
            bar.update(len(batch))
    click.echo(f"{requested:,} are being sent again.")

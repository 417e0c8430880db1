"""``profiles judge``: run a test set of the rules, the published one or your own."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def judge(cases: Path) -> None:
    """Decide every case in CASES (like docs/eligibility-cases.json) and list the differing ones.

    Needs no database and no network. Exit 1 when any case differs.
    """
    import msgspec

    from profiles.domain.eligibility.published_cases import differences
    from profiles.domain.eligibility.rules import RULE_VERSION
    from profiles.domain.records.sighting import UnreadableRecordError

    try:
        listed: list[dict[str, Any]] = msgspec.json.decode(cases.read_bytes())["cases"]
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{cases} is not a set of cases: {error}") from error
    wrong = 0
    for number, case in enumerate(listed, 1):
        title = case.get("title", f"case {number}")
        try:
            differing = list(differences(case))
        except (UnreadableRecordError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise click.ClickException(f"{title}: not in the published form: {error}") from error
        wrong += bool(differing)
        for name, expected, got in differing:
            click.echo(f"{title}: {name} is {got}, expected {expected}")
    click.echo(
        f"{len(listed) - wrong} of {len(listed)} cases as expected, by rules of version {RULE_VERSION}"
    )
    if wrong:
        raise SystemExit(1)

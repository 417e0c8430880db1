"""``profiles explain``: explain why a work is, or is not, on a record."""

import json

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings


@click.command()
@click.argument("doi")
@click.argument("orcid")
@click.option("--public", is_flag=True, help="only what anyone may see")
@click.option("--json", "as_text", is_flag=True, help="print JSON")
def explain(doi: str, orcid: str, *, public: bool, as_text: bool) -> None:
    """Show for DOI and ORCID iD what every rule answers, what was decided, and what to do."""
    start_django()
    only_warnings()
    from profiles.clients.errors import ServiceError
    from profiles.domain.ids import parse_doi, parse_orcid_id
    from profiles.pipeline import sync_clients
    from profiles.pipeline.works.explain import as_json, record_fetcher
    from profiles.pipeline.works.explain import explain as ask

    name, orcid_id = parse_doi(doi), parse_orcid_id(orcid)
    if name is None:
        raise click.BadParameter(f"{doi} is not a DOI", param_hint="DOI")
    if orcid_id is None:
        raise click.BadParameter(f"{orcid} is not an ORCID iD", param_hint="ORCID")
    try:
        explanation = ask(name, orcid_id, personal=not public, fetch=record_fetcher(sync_clients.datacite()))
    except ServiceError as error:
        raise click.ClickException(f"{error.entry.title}: {error.entry.we}") from error
    shown = as_json(explanation)
    if as_text:
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    _print(shown)


def _print(shown: dict) -> None:  # type: ignore[type-arg]
    from rich.console import Console
    from rich.table import Table

    console = Console()
    decided = shown["decided_by"]
    console.print(f"[bold]{shown['title'] or shown['doi']}[/bold]", f"{shown['doi']} and {shown['orcid']}")
    console.print(f"Result: [bold]{shown['result']}[/bold], by {decided['rule']}: {decided['reason']}")
    table = Table("", "Rule", "Answer", "Field", "Value")
    for rule in shown["rules"]:
        mark = "yes" if rule["passed"] else ("no" if rule["counts"] else "(no)")
        table.add_row(mark, rule["rule"], rule["sentence"], rule["field"], rule["value"])
    console.print(table)
    for rule in shown["rules"]:
        if not rule["passed"] and rule["counts"] and rule["remedy"]:
            console.print(f"What to do: {rule['remedy']}")
            break
    if shown.get("decision"):
        console.print(f"Decided {shown['decision']['at']}: {shown['decision']['result']}")
    if shown.get("claim"):
        console.print(f"Claim: {shown['claim']['state']} {shown['claim']['problem'] or ''}")
    if shown["stale"]:
        console.print(f"DataCite could not be asked ({shown['stale']}); this is what was last seen.")

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
    from profiles.claims.selectors import claim_of
    from profiles.clients.errors import ServiceError
    from profiles.domain.ids import parse_doi, parse_orcid_id
    from profiles.infra.monitoring.tracing import id_of
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
    claim = None if public else claim_of(orcid_id, name)
    if claim is not None:
        click.echo(f"In the logs: claim_id {claim.pk}, trace_id {id_of(claim.traceparent) or '(none)'}")


def _print(shown: dict) -> None:  # type: ignore[type-arg]
    """Print one line for each fact, whatever its length: a pipe has no width."""
    decided = shown["decided_by"]
    click.echo(f"{shown['title'] or shown['doi']}\n{shown['doi']} and {shown['orcid']}")
    click.echo(f"Result: {shown['result']}, by {decided['rule']}: {decided['reason']}")
    for rule in shown["rules"]:
        mark = "yes" if rule["passed"] else ("no" if rule["counts"] else "(no)")
        found = " = ".join(filter(None, (rule["field"], rule["value"])))
        click.echo(f"  {mark:<5}{rule['rule']}: {rule['sentence']}{f' ({found})' if found else ''}")
    for rule in shown["rules"]:
        if not rule["passed"] and rule["counts"] and rule["remedy"]:
            click.echo(f"What to do: {rule['remedy']}")
            break
    if shown.get("decision"):
        click.echo(f"Decided {shown['decision']['at']}: {shown['decision']['result']}")
    if shown.get("claim"):
        click.echo(f"Claim: {shown['claim']['state']} {shown['claim']['problem'] or ''}")
    if shown["stale"]:
        click.echo(f"DataCite could not be asked ({shown['stale']}); this is what was last seen.")

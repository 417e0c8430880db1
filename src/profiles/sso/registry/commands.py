"""``profiles relying-party``: register services from the command line, as the staff pages do."""

import json
import os
from pathlib import Path
from typing import Any

import click


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django

    django.setup()


@click.group(name="relying-party")
def relying_party() -> None:
    """Services that sign people in through us."""
    _start()


@relying_party.command()
@click.option("--name", required=True, help="the name that people see")
@click.option("--client-id", default="", help="its identifier; generated when not given")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="where people come back to, exactly")
@click.option("--logout-uri", "logout_return_uris", multiple=True, help="where people go after signing out")
@click.option("--backchannel-uri", default="", help="receives a notice when a session ends")
@click.option("--scope", "scopes", multiple=True, default=("openid", "profile", "orcid"), show_default=True)
@click.option(
    "--grant",
    "grant_types",
    multiple=True,
    default=("authorization_code", "refresh_token"),
    show_default=True,
)
@click.option("--auth-method", default="client_secret_basic", show_default=True)
@click.option("--alg", default="RS256", show_default=True, type=click.Choice(["RS256", "ES256"]))
@click.option("--first-party", is_flag=True, help="a service of DataCite: people are not asked")
@click.option("--native", is_flag=True, help="an installed program: any port on this machine")
@click.option("--pairwise", is_flag=True, help="people have another subject here than elsewhere")
@click.option("--nonce-instead-of-pkce", is_flag=True, help="older software without PKCE")
@click.option("--claims-in-id-token", is_flag=True, help="name and e-mail address in the ID token too")
@click.option(
    "--secret-file", type=click.Path(exists=True, path_type=Path), help="a secret that was agreed before"
)
def add(*, name: str, client_id: str, secret_file: Path | None, **options: Any) -> None:
    """Register a service. Its secret is shown once."""
    from profiles.sso.registry import registration as parties

    registration = parties.Registration(
        name=name,
        redirect_uris=list(options["redirect_uris"]),
        logout_return_uris=list(options["logout_return_uris"]),
        backchannel_logout_uri=options["backchannel_uri"],
        scopes=list(options["scopes"]),
        auth_method=options["auth_method"],
        id_token_alg=options["alg"],
        is_first_party=options["first_party"],
        is_native=options["native"],
        is_pairwise=options["pairwise"],
        nonce_instead_of_pkce=options["nonce_instead_of_pkce"],
        claims_in_id_token=options["claims_in_id_token"],
        grant_types=list(options["grant_types"]),
    )
    secret = secret_file.read_text().strip() if secret_file else ""
    try:
        party, new_secret = parties.register(
            registration, by="command line", client_id=client_id, secret=secret
        )
    except parties.RegistrationError as error:
        raise click.ClickException(f"{error.field}: {error}") from None
    click.echo(json.dumps({"client_id": party.client_id, "client_secret": new_secret}))


@relying_party.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
def load(file: Path) -> None:
    """Create or update the services that a JSON file lists. Safe to run twice.

    A secret that the file no longer names ends after a week, or after "secret_overlap_days". Services that it
    does not name stay unchanged; only PROFILES_RELYING_PARTIES switches off those it no longer names.
    """
    from profiles.sso.registry import registration as parties

    for entry in json.loads(file.read_text()):
        try:
            party = parties.ensure(entry, by="command line")
        except parties.RegistrationError as error:
            raise click.ClickException(f"{entry.get('client_id')}: {error.field}: {error}") from None
        click.echo(party.client_id)


@relying_party.command(name="list")
def show() -> None:
    """List the services."""
    from profiles.sso.protocol.client_auth import parties

    for party in parties():
        kind = "first-party" if party.is_first_party else "third-party"
        click.echo(f"{party.client_id}\t{party.name}\t{kind}\t{'off' if party.disabled_at else 'on'}")


@click.command(name="replace-signing-keys")
@click.option("--gently", is_flag=True, help="publish new keys now and sign with them in a day")
@click.option("--yes", is_flag=True, help="do not ask")
def replace_signing_keys(*, gently: bool, yes: bool) -> None:
    """Sign with new keys at once, and remove all others from the key set, in an emergency.

    With --gently the next keys are only published earlier than planned: services have them in time, and
    tokens of the current keys stay valid.
    """
    if not gently and not yes:
        click.confirm("All tokens that the current keys have signed become invalid. Continue?", abort=True)
    _start()
    from profiles.sso import keys

    made = keys.rotate(at_once=not gently, early=gently)
    for kid in made:
        click.echo(f"{kid} {'signs in a day' if gently else 'signs now'}")
    if not made:
        click.echo("The next keys are published already and wait for their turn.")

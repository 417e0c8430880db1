"""``profiles service-key``: issue, list and revoke keys of services."""

import getpass

import click

from profiles.ops.django_setup import start_django

BY = "command line"


@click.group(name="service-key")
def service_key() -> None:
    """Issue, list and revoke keys of services."""
    start_django()


@service_key.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="what it is for; may be repeated")
@click.option("--days", default=365, show_default=True, help="how long it lives")
@click.option("--repository", default="", help="bind it to this repository, such as datacite.test")
@click.option("--member", default="", help="bind it to this member, such as datacite")
def create(name: str, scopes: tuple[str, ...], days: int, repository: str, member: str) -> None:
    """Issue a key for the service NAME. It is shown only once, alone on standard output."""
    from profiles.accounts import keys

    try:
        new = keys.give_service_key(
            name=name, scopes=scopes, days=days, by=_by(), repository=repository, member=member
        )
    except keys.KeyRefusedError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(
        f"Key {new.key.pk} of {new.key.name}, until {new.key.expires_at:%Y-%m-%d}. Keep it now:", err=True
    )
    click.echo(new.secret)


@service_key.command(name="list")
def list_keys() -> None:
    """List the keys of services."""
    from profiles.accounts import keys

    for key in keys.service_keys():
        state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        bound = key.repository or key.member
        words = [str(key.pk), key.name, key.hint, state, f"last used {used}", ",".join(key.scopes), bound]
        click.echo("\t".join(words).rstrip())


@service_key.command()
@click.argument("key_id", type=int)
def revoke(key_id: int) -> None:
    """Revoke a key at once."""
    from profiles.accounts import keys

    if not keys.revoke_service_key(key_id=key_id, by=_by()):
        raise click.ClickException(f"There is no service key {key_id} that could be revoked.")
    click.echo(f"Key {key_id} is revoked.")


def _by() -> str:
    return f"{BY} ({getpass.getuser()})"

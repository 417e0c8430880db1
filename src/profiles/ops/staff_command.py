"""``profiles staff``: grant, list and revoke roles of people."""

import getpass

import click

from profiles.domain.access.roles import Role
from profiles.domain.ids import parse_orcid_id
from profiles.ops.django_setup import start_django

GRANTABLE = [role.value for role in Role if role is not Role.USER]


def bare_orcid_id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Return an ORCID iD that is given bare or as an address.

    Raises:
        click.BadParameter: it is not an ORCID iD, or its check digit is wrong.
    """
    orcid_id = parse_orcid_id(value)
    if orcid_id is None:
        raise click.BadParameter(f"'{value}' is not an ORCID iD.")
    return orcid_id


@click.group()
def staff() -> None:
    """Grant, list and revoke roles of people."""
    start_django()


@staff.command()
@click.argument("orcid_id", callback=bare_orcid_id, metavar="ORCID-iD")
@click.option(
    "--role", type=click.Choice(GRANTABLE), required=True, help="what they become; see docs/rights.md"
)
@click.option("--member", default="", help="the id of the member, for provider_admin and provider_user")
@click.option("--repository", default="", help="the id of the repository, for client_admin and client_user")
def grant(orcid_id: str, role: str, member: str, repository: str) -> None:
    """Give the person with this ORCID iD a role, replacing their previous one. Safe to run twice."""
    from profiles.accounts import roles

    try:
        is_new = roles.grant_role(
            orcid_id=orcid_id, role=Role(role), by=_by(), member=member, repository=repository
        )
    except roles.RoleRefusedError as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{orcid_id} {'now has' if is_new else 'already has'} the role {role}.")
    if role in {Role.STAFF_ADMIN.value, Role.STAFF_USER.value}:
        click.echo("The support pages ask staff for a second step: it is set up at /settings/second-step.")


@staff.command(name="list")
def list_people() -> None:
    """List everyone who has a role: iD, role, member or repository, since when, given by whom, name."""
    from profiles.accounts import roles

    for account, change in roles.people_with_roles():
        since = f"{change.at:%Y-%m-%d} by {change.by}" if change else "not recorded"
        bound = account.client_id or account.provider_id or "-"
        click.echo(f"{account.orcid_id}\t{account.role}\t{bound}\t{since}\t{account.name}".rstrip())


@staff.command()
@click.argument("orcid_id", callback=bare_orcid_id, metavar="ORCID-iD")
def revoke(orcid_id: str) -> None:
    """Make the person with this ORCID iD an ordinary researcher again, at once."""
    from profiles.accounts import roles

    if not roles.revoke_role(orcid_id=orcid_id, by=_by()):
        raise click.ClickException(f"{orcid_id} has no role that could be revoked.")
    click.echo(f"{orcid_id} is an ordinary researcher again. Here this counts from the next request;")
    click.echo("services that read the shared cookie believe the one in the person's browser until it ends.")


def _by() -> str:
    return f"command line ({getpass.getuser()})"

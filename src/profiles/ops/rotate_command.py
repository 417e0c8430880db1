"""``profiles rotate-keys``: reseal everything with the newest key, while the service runs."""

import sys
from typing import Final

import click

from profiles.ops.django_setup import start_django

ROUNDS: Final = 10
"""A round skips rows that are being changed; a few rounds reach all rows."""


@click.command()
@click.option("--check", is_flag=True, help="only count what older keys still seal; exit 1 if anything")
def rotate_keys(*, check: bool) -> None:
    """Reseal with the first key of PROFILES_VAULT_KEYS everything that an older key sealed.

    Before: put the new key first, keep the old ones behind it, and restart all processes.
    When the command ends with exit code 0, the old keys can be removed. Safe to interrupt and to run again.
    """
    start_django()
    from profiles.infra import resealing, wiring

    vault = wiring.vault()
    everything = resealing.everything()
    closed = 0
    for _ in range(0 if check else ROUNDS):
        tallies = {columns.name: resealing.reseal(columns, vault) for columns in everything}
        for name, tally in tallies.items():
            if tally.changed:
                click.echo(f"{name}: {tally.changed} resealed")
        closed = sum(tally.closed for tally in tallies.values())
        if not any(tally.changed for tally in tallies.values()):
            break
    left = {columns.name: resealing.count_stale(columns, vault) for columns in everything}
    for name, count in left.items():
        click.echo(f"{name}: {count or 'nothing'} sealed with an older key")
    if closed:
        click.echo(f"{closed} cannot be opened with any key of PROFILES_VAULT_KEYS; the old key is missing.")
    if any(left.values()):
        click.echo("Keep the older keys, and run this again.")
        sys.exit(1)
    click.echo("The older keys can be dropped.")

"""Define the ``profiles`` command line; each command has its own module."""

import importlib
from typing import Final

import click

from profiles import __version__

COMMANDS: Final = {
    "serve": "profiles.ops.serve_commands:serve",
    "worker": "profiles.ops.serve_commands:worker",
    "migrate": "profiles.ops.migrate_command:migrate",
    "up": "profiles.ops.up_commands:up",
    "demo": "profiles.ops.up_commands:demo",
    "drill": "profiles.ops.restore.drill_command:drill",
    "database": "profiles.ops.up_commands:database",
    "after-restore": "profiles.ops.restore.after_restore_command:after_restore",
    "canary": "profiles.ops.doi_commands.canary:canary",
    "campaign": "profiles.ops.doi_commands.campaign:campaign",
    "claims": "profiles.ops.doi_commands.claims:claims",
    "doctor": "profiles.ops.doctor_command:doctor",
    "ingest": "profiles.ops.doi_commands.ingest:ingest",
    "import-volpino": "profiles.ops.moving_in.import_command:import_volpino",
    "shadow": "profiles.ops.moving_in.shadow_command:shadow",
    "harvest": "profiles.ops.doi_commands.harvest:harvest",
    "explain": "profiles.ops.doi_commands.explain:explain",
    "judge": "profiles.ops.doi_commands.judge:judge",
    "removals": "profiles.ops.doi_commands.removals:removals",
    "replay": "profiles.ops.doi_commands.replay:replay",
    "try-again": "profiles.ops.doi_commands.try_again:try_again",
    "listen": "profiles.ops.doi_commands.listen:listen",
    "relying-party": "profiles.sso.registry.commands:relying_party",
    "replace-signing-keys": "profiles.sso.registry.commands:replace_signing_keys",
    "service-key": "profiles.ops.service_key_command:service_key",
    "staff": "profiles.ops.staff_command:staff",
    "map": "profiles.ops.doi_commands.map:command",
    "rotate-keys": "profiles.ops.rotate_command:rotate_keys",
}
"""Import path of each command; a module is imported only when its command is called."""


class LazyGroup(click.Group):
    """Import a command's module when it is called, so that ``profiles --help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None."""
        del ctx
        path = COMMANDS.get(cmd_name)
        if path is None:
            return None
        module, _, name = path.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """DataCite Profiles: single sign-on for DataCite, and claims that keep ORCID records up to date."""

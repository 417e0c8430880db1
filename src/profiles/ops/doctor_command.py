"""``profiles doctor``: list the settings, what is missing, and whether the service can start."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Final

import click
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from profiles.config.env import Environment, environment, with_files
from profiles.ops.findings import Finding, find
from profiles.ops.installation_checks import DATABASE, connection_budget, installation_findings

SECRET_WORDS: Final = (
    "SECRET",
    "PRIVATE",
    "TOKEN",
    "VAULT",
    "DSN",
    "DATABASE_URL",
    "EMAIL_URL",
    "OPENID_PROVIDERS",
)
SHORTEST_SECRET: Final = 50


@click.command()
@click.option(
    "--processes", "web_processes", default=1, show_default=True, help="web processes, on all hosts"
)
@click.option("--threads", default=8, show_default=True, help="threads in each web process")
@click.option("--workers", default=1, show_default=True, help="worker processes, on all hosts")
def doctor(web_processes: int, threads: int, workers: int) -> None:
    """Check the settings and the database; exit 1 when the service could not start."""
    console = Console()
    try:
        env = environment()
    except (ValidationError, OSError) as error:
        console.print(f"[red]The environment cannot be read:[/red] {error}")
        sys.exit(1)
    console.print(_settings(env))
    findings = [*_findings(env), *installation_findings(env)]
    findings.append(connection_budget(env, web_processes=web_processes, threads=threads, workers=workers))
    for finding in findings:
        mark = (
            "[green]ok[/green]     "
            if finding.ok
            else "[red]missing[/red]"
            if finding.fatal
            else "[yellow]note[/yellow]   "
        )
        console.print(f"{mark} {finding.name}: {finding.words}")
    if any(finding.fatal and not finding.ok for finding in findings):
        console.print("\n[red]The service could not start like this.[/red]")
        sys.exit(1)
    console.print("\n[green]The service can start.[/green]")


def _settings(env: Environment) -> Table:
    is_set = with_files(os.environ)
    table = Table("setting", "value", "meaning", title="Settings", title_justify="left")
    for name, about in Environment.model_fields.items():
        value = getattr(env, name)
        shown = "(set)" if value and any(word in name for word in SECRET_WORDS) else str(value)[:60]
        table.add_row(name, shown + ("" if name in is_set else "  (default)"), about.description or "")
    return table


def _findings(env: Environment) -> Iterator[Finding]:
    key = "signs sessions; at least 50 characters. Make one: openssl rand -base64 60"
    yield Finding("SECRET_KEY_BASE", env.is_local or len(env.SECRET_KEY_BASE) >= SHORTEST_SECRET, key)
    yield find("PROFILES_VAULT_KEYS", lambda: _vault(env), "seals tokens; a key: openssl rand -base64 32")
    https = env.is_local or env.PROFILES_URL.startswith("https://")
    yield Finding("PROFILES_URL", https, f"{env.PROFILES_URL}: people's browsers must reach it by https")
    for name in ("ORCID_URL", "ORCID_API_URL", "GLOBUS_URL"):
        url = getattr(env, name)
        safe = env.is_local or url.startswith("https://")
        yield Finding(name, safe, f"{url}: secrets and tokens travel there, so it must be https")
    for name in ("ORCID", "GLOBUS"):
        is_complete = bool(getattr(env, f"{name}_CLIENT_ID")) and bool(getattr(env, f"{name}_CLIENT_SECRET"))
        words = f"without it no one can sign in with {name}"
        yield Finding(f"{name}_CLIENT_ID and _SECRET", is_complete, words, fatal=False)
    has_both = bool(env.ORCID_AUTO_UPDATE_CLIENT_ID and env.ORCID_SEARCH_AND_LINK_CLIENT_ID)
    words = "a client at ORCID for each purpose, or ORCID_CLIENT_ID for all"
    yield Finding("ORCID clients", has_both or bool(env.ORCID_CLIENT_ID), words)
    words = "signs the shared cookie; without it none is written"
    yield find("JWT_PRIVATE_KEY", lambda: _signing_key(env), words, fatal=False)
    if env.JWT_PRIVATE_KEY and env.JWT_PUBLIC_KEY:
        yield find("JWT_PUBLIC_KEY", lambda: _key_pair(env), "checks what JWT_PRIVATE_KEY signs")
    yield find("PROFILES_OPENID_PROVIDERS", lambda: json.loads(env.PROFILES_OPENID_PROVIDERS), "a JSON list")
    words = "without it no mail goes out"
    yield Finding("PROFILES_EMAIL_URL", bool(env.PROFILES_EMAIL_URL), words, fatal=False)


def refuse_fatal_settings(*, settings_only: bool = False) -> None:
    """Refuse to start a process with what ``doctor`` calls fatal; only the database may be away.

    ``settings_only`` is for a command that migrates the database and starts processes, which check the rest.

    Raises:
        click.ClickException: the message holds doctor's sentences.
    """
    try:
        env = environment()
    except (ValidationError, OSError) as error:
        raise click.ClickException(f"The environment cannot be read: {error}") from error
    # Without sound settings Django cannot be started to check the rest.
    fatal = _fatal(_findings(env))
    if not fatal and not settings_only:
        fatal = _fatal(installation_findings(env))
    if fatal:
        raise click.ClickException("\n".join([*fatal, "The service could not start like this."]))


def _fatal(findings: Iterable[Finding]) -> list[str]:
    return [
        f"{finding.name}: {finding.words}"
        for finding in findings
        if finding.fatal and not finding.ok and finding.name != DATABASE
    ]


def _vault(env: Environment) -> str:
    from profiles.infra.vault import Vault

    Vault(env.PROFILES_VAULT_KEYS)
    return f"{len(env.PROFILES_VAULT_KEYS)} key(s); the first seals, all open"


def _signing_key(env: Environment) -> None:
    from joserfc.jwk import RSAKey

    RSAKey.import_key(env.JWT_PRIVATE_KEY)


def _key_pair(env: Environment) -> None:
    from joserfc.jwk import RSAKey

    private, public = RSAKey.import_key(env.JWT_PRIVATE_KEY), RSAKey.import_key(env.JWT_PUBLIC_KEY)
    if private.as_dict(private=False)["n"] != public.as_dict(private=False)["n"]:
        raise ValueError("it belongs to another private key")

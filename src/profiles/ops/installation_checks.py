"""Checks of an installation: its files, its database, the clocks, the proxies."""

import time
from collections.abc import Iterator
from typing import Final

import psycopg

from profiles.config.env import Environment
from profiles.infra import start_checks
from profiles.infra.postgres.database import database_url
from profiles.ops.django_setup import start_django
from profiles.ops.findings import Finding, find

DATABASE: Final = "database"
MAX_CLOCK_SECONDS: Final = 5.0
WEB_EXTRA: Final = 3
"""Connections of a web process besides its threads': reading at ORCID's pace, late exchanges, metrics."""
WORKER_CONNECTIONS: Final = 15
"""Connections of a busy worker at most; an idle one has five."""
SAMPLE: Final = 50
"""Rows of each table that are tried with the keys of the vault."""


def installation_findings(env: Environment) -> Iterator[Finding]:
    """Check what needs more than the settings; while the database is away, only the files."""
    start_django()
    for check in start_checks.everything():
        yield find(check.name, check.check, check.words)
    words = "PostgreSQL 15 or newer, by DATABASE_URL; or start one with make serve"
    database = find(DATABASE, lambda: _database(env), words)
    yield database
    if not database.ok:
        return
    from django.db import connections

    try:
        words = (
            f"of this host and of the database are at most {MAX_CLOCK_SECONDS:.0f} s apart; set them by NTP"
        )
        yield find("clocks", _clocks, words)
        schema = find("schema", _schema, "run profiles migrate before new processes start")
        yield schema
        if schema.ok:
            words = "must hold the key that sealed the stored tokens"
            yield find("PROFILES_VAULT_KEYS and database", lambda: _vault(env), words)
            yield _proxies(env)
    finally:
        connections.close_all()


def _database(env: Environment) -> str:
    with psycopg.connect(database_url(env.DATABASE_URL, env.PROFILES_VAR), connect_timeout=5) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'} answers"


def _clocks() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = float(cursor.fetchone()[0]) - (before + time.time()) / 2
    if abs(apart) > MAX_CLOCK_SECONDS:
        raise ValueError(f"the database's is {abs(apart):.0f} s {'ahead' if apart > 0 else 'behind'}")
    return f"{abs(apart):.1f} s apart"


def _schema() -> str:
    from profiles.infra.postgres import state

    missing = state.unapplied_migrations()
    if missing:
        raise ValueError(f"{len(missing)} unapplied, first {missing[0]}")
    return "up to date"


def _vault(env: Environment) -> str:
    """Try the keys with stored rows: keys that open none of them belong to another database."""
    from profiles.infra import resealing
    from profiles.infra.resealing import SealedColumns
    from profiles.infra.vault import Vault, VaultError

    vault = Vault(env.PROFILES_VAULT_KEYS)
    tables = [columns for columns in resealing.everything() if isinstance(columns, SealedColumns)]
    tallies = [resealing.sample(columns, vault, rows=SAMPLE) for columns in tables]
    opened, closed = sum(tally.changed for tally in tallies), sum(tally.closed for tally in tallies)
    if closed and not opened:
        raise VaultError(f"no key opens any of {closed} stored rows")
    return f"open {opened} of {opened + closed} stored rows that were tried"


def connection_budget(env: Environment, *, web_processes: int, threads: int, workers: int) -> Finding:
    """Compare how many connections an installation may open with how many the server takes."""
    needed = web_processes * (threads + WEB_EXTRA) + workers * WORKER_CONNECTIONS
    sum_of_them = (
        f"{web_processes} web processes x ({threads} threads + {WEB_EXTRA}) + {workers} workers x "
        f"{WORKER_CONNECTIONS} = {needed} connections at most"
    )
    try:
        with psycopg.connect(
            database_url(env.DATABASE_URL, env.PROFILES_VAR), connect_timeout=5
        ) as connection:
            row = connection.execute(
                "SELECT current_setting('max_connections')::int"
                " - current_setting('superuser_reserved_connections')::int"
            ).fetchone()
    except psycopg.Error:
        return Finding("connections", ok=False, words=f"{sum_of_them}; the database is away", fatal=False)
    allowed = row[0] if row else 0
    words = f"{sum_of_them}; the server takes {allowed} (max_connections)"
    return Finding("connections", ok=needed <= allowed, words=words, fatal=False)


def _proxies(env: Environment) -> Finding:
    from profiles.infra.web import proxies

    unnamed = proxies.unnamed_seen()
    name = "PROFILES_TRUSTED_PROXIES"
    if unnamed:
        words = (
            "requests come through a proxy that is not named here, so all people behind it share one limit: "
            "name its address or network"
        )
        return Finding(name, ok=False, words=words, fatal=False)
    named = ", ".join(map(str, env.PROFILES_TRUSTED_PROXIES)) or "none"
    return Finding(name, ok=True, words=f"{named}; no other proxy was seen in the last week")

"""Check that migrations can run while the service runs: their SQL, by squawk-cli and by a rule of ours."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

SQUAWK: Final = Path(sys.executable).with_name("squawk")
MATTERS_OF_STYLE: Final = (
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-bigint-over-int",
    "prefer-identity",
    "prefer-bigint-over-smallint",
    "ban-char-field",
    # profiles migrate sets these.
    "require-timeout-settings",
)
_DROPS_DEFAULT: Final = re.compile(r"ALTER COLUMN \S+ DROP DEFAULT")


def findings(migration: Migration, before: ProjectState) -> list[str]:
    """Return what is unsafe about a migration.

    ``allowed`` of the migration maps rules that do not apply to the reason: ``ban-drop-column``, for example,
    for a column that no released code uses any more.
    """
    sql = _sql(migration, before)
    rules = _squawk(sql, in_transaction=migration.atomic)
    if _DROPS_DEFAULT.search(sql):
        rules.append("column-without-database-default: the old code does not name it; give it a db_default")
    allowed = getattr(migration, "allowed", {})
    return [f"{migration}: {rule}" for rule in rules if rule.partition(":")[0] not in allowed]


def _sql(migration: Migration, before: ProjectState) -> str:
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before.clone(), editor, collect_sql=True)
    return "\n".join(editor.collected_sql)


def _squawk(sql: str, *, in_transaction: bool) -> list[str]:
    command = [SQUAWK, "--reporter", "json", "--stdin-filepath", "migration.sql"]
    command += ["--assume-in-transaction"] if in_transaction else []
    command += [f"--exclude={','.join(MATTERS_OF_STYLE)}"]
    # Exit code 1: there are findings.
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr)
    return [f"{one['rule_name']}: {one['message']}" for one in json.loads(done.stdout or "[]")]


def lint(released: dict[str, str]) -> tuple[int, list[str]]:
    """Check our migrations that come after these; return their number, and the findings."""
    loader = MigrationLoader(connection)
    checked, found = 0, []
    for app, name in sorted(loader.disk_migrations):
        if app in released and name > released[app]:
            migration = loader.disk_migrations[app, name]
            found += findings(migration, loader.project_state((app, name), at_end=False))
            checked += 1
    return checked, found

"""SQL text names only tables of its own package: what the import contracts cannot see."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps

from tests.support.shared import ROOT

PACKAGES = ROOT / "src/profiles"
# Tables of libraries, and the packages that may name them.
OF_LIBRARIES = {"procrastinate": {"infra", "jobs"}, "sessions": {"sign_in"}, "usersessions": {"sign_in"}}
# Joins that may name another package's table: (module, table), each with its reason. There are none: a join
# is built from fragments that the owner exports.
ALLOWED: dict[tuple[str, str], str] = {}


def tables() -> dict[str, set[str]]:
    """Return the packages that may name each table of the model registry."""
    owners = {}
    for model in apps.get_models(include_auto_created=True):
        config = model._meta.app_config
        is_ours = config.name.startswith("profiles.")
        own = {config.name.split(".")[1]} if is_ours else OF_LIBRARIES.get(config.label, set())
        owners[model._meta.db_table] = own
    return owners


def strings(source: str) -> Iterator[ast.Constant]:
    """Yield the string literals that are not documentation, parts of f-strings included."""
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def foreign_tables(package: str, source: str, owners: dict[str, set[str]]) -> list[tuple[int, str]]:
    """Return the line and name of each table in this source that its package does not own."""
    names = re.compile(rf"\b({'|'.join(map(re.escape, owners))})\b")
    return [
        (node.lineno, table)
        for node in strings(source)
        for table in names.findall(str(node.value))
        if package not in owners[table]
    ]


def test_sql_names_only_tables_of_its_own_package():
    owners = tables()
    sources = [
        path
        for path in sorted(PACKAGES.rglob("*.py"))
        if "migrations" not in path.parts and path.parent != PACKAGES
    ]
    found = {
        (str(path.relative_to(PACKAGES)), table): line
        for path in sources
        for line, table in foreign_tables(path.relative_to(PACKAGES).parts[0], path.read_text(), owners)
    }

    assert len(sources) > 200
    assert {key: line for key, line in found.items() if key not in ALLOWED} == {}
    assert set(ALLOWED) <= set(found), "an exception that is no longer needed"


def test_a_foreign_table_in_sql_is_found_and_in_documentation_is_not():
    source = '"""Read claims_claim."""\nSQL = f"SELECT {1} FROM accounts_account a JOIN claims_claim c"\n'

    assert foreign_tables("claims", source, tables()) == [(2, "accounts_account")]
    assert {"claims_claim", "procrastinate_jobs", "django_session"} <= set(tables())

"""Migrations may run while the service runs (docs/ops/upgrade.md); bad ones are refused."""

import pytest
from dev.lint_migrations import findings, lint
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from profiles.infra.postgres.safe_migrations import AddIndexSafely
from tests.support.released import BEFORE_THE_FIRST_RELEASE

pytestmark = pytest.mark.django_db(transaction=True)
INDEX = models.Index(fields=["until"], name="tries_until")


def test_every_later_migration_may_run_while_the_service_runs():
    _checked, found = lint(BEFORE_THE_FIRST_RELEASE)

    assert found == []


def found_in(*steps: operations.base.Operation, atomic: bool = True) -> list[str]:
    """Return the rules that a planted migration of the package ``infra`` breaks."""
    migration = Migration("planted", "infra")
    migration.operations, migration.atomic = list(steps), atomic
    state = MigrationLoader(connection).project_state()
    return [finding.split(": ")[1] for finding in findings(migration, state)]


BAD = {
    "a column that the old code does not fill": (
        operations.AddField("tries", "note", models.TextField(default="")),
        "column-without-database-default",
    ),
    "a column without any default": (
        operations.AddField("tries", "note", models.TextField()),
        "adding-required-field",
    ),
    "an index that locks writers out": (
        operations.AddIndex("tries", INDEX),
        "require-concurrent-index-creation",
    ),
    "a constraint that reads the whole table under a lock": (
        operations.AddConstraint(
            "tries", models.CheckConstraint(name="few", condition=models.Q(tries__lt=9))
        ),
        "constraint-missing-not-valid",
    ),
    "a column that the old code reads": (operations.RemoveField("tries", "tries"), "ban-drop-column"),
    "a new name": (operations.RenameField("tries", "tries", "hits"), "renaming-column"),
    "another type": (
        operations.AlterField("tries", "tries", models.BigIntegerField()),
        "changing-column-type",
    ),
    "a table that is gone": (operations.DeleteModel("tries"), "ban-drop-table"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_migration_is_refused(kind):
    step, rule = BAD[kind]

    assert rule in found_in(step)


def test_good_ones_pass():
    column = operations.AddField("tries", "note", models.TextField(default="", db_default=""))

    assert found_in(column) == []
    assert found_in(AddIndexSafely("tries", INDEX), atomic=False) == []


def test_a_rule_may_be_waived_with_a_reason():
    migration = Migration("planted", "infra")
    migration.operations = [operations.RemoveField("tries", "tries")]
    migration.allowed = {"ban-drop-column": "no release since 2026.12 reads it"}

    assert findings(migration, MigrationLoader(connection).project_state()) == []

"""Operations for migrations that run while the service runs; the rules are in docs/ops/upgrade.md."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddIndexSafely(AddIndexConcurrently):
    """Add an index without locking anyone out; what an earlier try left behind is removed first.

    Alone in its migration, which says ``atomic = False``. Building may take as long as it needs: it waits for
    old transactions, and no one waits for it.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build the index without the time limits of ``profiles migrate``."""
        execute: Any = schema_editor.execute
        limits = [] if schema_editor.collect_sql else self._limits(schema_editor)
        execute("SET lock_timeout = 0")
        execute("SET statement_timeout = 0")
        execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        for name, value in limits:
            execute(f"SET {name} = '{value}'")

    @staticmethod
    def _limits(schema_editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
        names = ("lock_timeout", "statement_timeout")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(%s), current_setting(%s)", names)
            return list(zip(names, cursor.fetchone(), strict=True))

"""Notice that the database is another one than before: restored from a backup, or moved to another server."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from profiles.infra import clock
from profiles.infra.models import DatabaseIdentity

_KEY: Final = 1
# A restored database has another number, on another server also another identifier of the server.
_IDENTITY: Final = """
SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute')
        THEN (SELECT system_identifier::text FROM pg_control_system()) ELSE '' END
    || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def current_identity() -> str:
    """Return what names this database: its server's identifier and its number there."""
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        return str(cursor.fetchone()[0])


def record_first_identity() -> None:
    """Store which database this is, unless that is stored already: ``profiles migrate`` does."""
    DatabaseIdentity.objects.get_or_create(pk=_KEY, defaults={"identity": current_identity()})


def is_restored() -> bool:
    """Tell whether this database came from a backup, and was not compared with the records yet."""
    stored = DatabaseIdentity.objects.filter(pk=_KEY).first()
    return stored is not None and (
        stored.comparing_since is not None or stored.identity != current_identity()
    )


@transaction.atomic
def start_comparing() -> tuple[datetime, bool]:
    """Return since when the records are being compared, and whether that begins now."""
    stored, _made = DatabaseIdentity.objects.select_for_update().get_or_create(pk=_KEY)
    begins = stored.comparing_since is None
    if begins:
        stored.comparing_since = clock.now()
        stored.save()
    assert stored.comparing_since is not None
    return stored.comparing_since, begins


def accept() -> None:
    """Store that everything is known about this database again: workers may start."""
    DatabaseIdentity.objects.update_or_create(
        pk=_KEY, defaults={"identity": current_identity(), "comparing_since": None}
    )

"""Pauses that a service asked for, kept in a table for all processes: they must not vanish with a cache."""

from collections.abc import Iterable
from typing import Final

from django.db import connection

_PAUSE: Final = """
INSERT INTO infra_bucket AS b (name, tokens, filled_at, failures, blocked_until)
VALUES (%(name)s, 0, now(), 0, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (name) DO UPDATE SET blocked_until = greatest(b.blocked_until, excluded.blocked_until)
"""
_LEFT: Final = """
SELECT extract(epoch FROM blocked_until - clock_timestamp())::float8 FROM infra_bucket WHERE name = %s
"""

# While something waits to be sent, a bucket that is closed is probed again within minutes.
_IS_OUT: Final = """
SELECT EXISTS (SELECT 1 FROM infra_bucket WHERE name = ANY(%s) AND failures > 0
    AND blocked_until > clock_timestamp() - interval '15 minutes')
"""


def is_out(names: Iterable[str]) -> bool:
    """Tell whether one of these has not answered recently, and was not found to answer since."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_OUT, [sorted(names)])
        return bool(cursor.fetchone()[0])


def pause(name: str, *, seconds: float) -> None:
    """Pause calls to a service; a longer pause stays."""
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, {"name": name, "seconds": seconds})


def seconds_left(name: str) -> float:
    """Return for how many more seconds calls to a service are paused."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [name])
        row = cursor.fetchone()
    return max(0.0, row[0] or 0.0) if row else 0.0

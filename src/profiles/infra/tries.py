"""How often somebody may try: counted in PostgreSQL in one statement, so that no two tries count as one.

Addresses and accounts stand in the table only as a digest: it is no register of who was where.
"""

import hashlib
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

_COUNT: Final = """
INSERT INTO infra_tries AS t (key, tries, until)
VALUES (%(key)s, 1, now() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN t.until < now() THEN 1 ELSE t.tries + 1 END,
    until = CASE WHEN t.until < now() THEN excluded.until ELSE t.until END
RETURNING tries, ceil(extract(epoch FROM until - now()))::int
"""


def wait_after_try(what: str, who: str, *, most: int, seconds: int) -> int:
    """Count a try and say for how many seconds no more are taken; 0: this one is fine."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}|{what}|{who}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": f"{what}:{key[:32]}", "seconds": seconds})
        tries, left = cursor.fetchone()
    return max(1, int(left)) if tries > most else 0


def forget_old_tries() -> None:
    """Drop what counts no more. Safe to run twice."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM infra_tries WHERE until < now()")


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; a forwarded one counts only behind proxies of ours."""
    if proxies := settings.ENVIRONMENT.PROFILES_TRUSTED_PROXIES:
        said = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        forwarded = [part.strip() for part in said.split(",") if part.strip()]
        if len(forwarded) >= proxies:
            return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))

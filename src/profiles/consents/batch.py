"""Permissions for the push: read for many people at once, and their use recorded in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import AsyncConnection

from profiles.domain.consent import ConsentHealth, Purpose


@dataclass(frozen=True, slots=True)
class Permission:
    """What a push may use. The token is still sealed."""

    orcid_id: str
    purpose: Purpose
    client_id: str
    scopes: frozenset[str]
    token: bytes
    health: ConsentHealth
    granted_at: datetime
    first_refused_at: datetime | None


_READ: Final = """
SELECT orcid_id, purpose, client_id, scopes, access_token, health, granted_at, first_refused_at
FROM consents_consent
WHERE orcid_id = ANY(%s) AND access_token IS NOT NULL AND health IN ('unused', 'works', 'doubted')
    AND (expires_at IS NULL OR expires_at > %s)
"""

_USED: Final = """
UPDATE consents_consent c SET last_used_at = %(now)s, health = 'works', first_refused_at = NULL
FROM unnest(%(orcid_id)s::text[], %(purpose)s::text[]) AS u(orcid_id, purpose)
WHERE c.orcid_id = u.orcid_id AND c.purpose = u.purpose AND c.health IN ('unused', 'works', 'doubted')
    AND (c.health <> 'works' OR c.last_used_at IS NULL OR c.last_used_at < %(now)s - interval '1 minute')
"""


async def permissions(
    connection: AsyncConnection[Any], *, orcid_ids: Sequence[str], now: datetime
) -> dict[str, list[Permission]]:
    """Return the usable permissions of these people, by iD."""
    cursor = await connection.execute(_READ, [list(orcid_ids), now], prepare=True)
    found: dict[str, list[Permission]] = {}
    for (
        orcid_id,
        purpose,
        client_id,
        scopes,
        token,
        health,
        granted_at,
        refused_at,
    ) in await cursor.fetchall():
        found.setdefault(orcid_id, []).append(
            Permission(
                orcid_id,
                Purpose(purpose),
                client_id,
                frozenset(scopes),
                token,
                ConsentHealth(health),
                granted_at,
                refused_at,
            )
        )
    return found


async def record_use(
    connection: AsyncConnection[Any], *, used: Sequence[tuple[str, Purpose]], now: datetime
) -> None:
    """Remember that these permissions work; at most once a minute each."""
    if used:
        await connection.execute(
            _USED,
            {"now": now, "orcid_id": [o for o, _ in used], "purpose": [p.value for _, p in used]},
            prepare=True,
        )

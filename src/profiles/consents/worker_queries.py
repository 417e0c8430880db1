"""Permissions for the push: read for many people at once; use is recorded in one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec
from psycopg import AsyncConnection

from profiles.accounts.selectors import JOIN_ACCOUNT
from profiles.domain.consent import Purpose
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer_rows
from profiles.infra.postgres.database import in_array


class Permission(msgspec.Struct, frozen=True):
    """A permission for a push. The token is still sealed.

    ``unmarked``: it was not used in the last minute, or is not known to work, so its next use is recorded.
    """

    orcid_id: str
    purpose: Purpose
    client_id: str
    scopes: frozenset[str]
    token: bytes
    auto_update_on: bool
    unmarked: bool


_READ: Final = f"""
SELECT c.orcid_id, c.purpose, c.client_id, c.scopes, c.access_token,
    coalesce(a.auto_update_since IS NOT NULL, false) AS auto_update_on,
    c.health <> 'works' OR c.last_used_at IS NULL OR c.last_used_at < %(now)s - interval '1 minute'
FROM consents_consent c {JOIN_ACCOUNT}
WHERE c.orcid_id = ANY(%(orcid_id)s::text[]) AND c.access_token IS NOT NULL
    AND c.health IN ('unused', 'works', 'doubted')
    AND (c.expires_at IS NULL OR c.expires_at > %(now)s) AND a.closed_at IS NULL
ORDER BY c.orcid_id, c.purpose
"""  # noqa: S608  nothing of a caller's

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
    cursor = await connection.execute(
        _READ, {"orcid_id": in_array(orcid_ids), "now": now}, prepare=True, binary=True
    )
    by_orcid_id: dict[str, list[Permission]] = {}
    for orcid_id, purpose, client_id, scopes, *rest in await cursor.fetchall():
        by_orcid_id.setdefault(orcid_id, []).append(
            Permission(orcid_id, _PURPOSES[purpose], client_id, _set_of(tuple(scopes)), *rest)
        )
    return by_orcid_id


_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}


@lru_cache(maxsize=64)
def _set_of(scopes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(scopes)


async def record_use(
    connection: AsyncConnection[Any], *, used: Sequence[tuple[str, Purpose]], now: datetime
) -> None:
    """Record that these permissions work, at most once a minute each."""
    if used:
        await connection.execute(
            _USED,
            {
                "now": now,
                "orcid_id": in_array([o for o, _ in used]),
                "purpose": in_array([p for _, p in used]),
            },
            prepare=True,
        )


LOST_AFTER: Final = timedelta(minutes=2)
"""ORCID also answers 401 when its own token check is down (contract 2.13); only a second refusal after this
time means that the permission is lost."""
MAX_DOUBTED: Final = 5
"""If this many other permissions of one ORCID client are doubted, and none has worked since, then ORCID's
token check is down, however long that takes."""
LOST_IN_ANY_CASE: Final = timedelta(days=1)
"""No such outage lasts longer: a permission that is still refused then is lost."""

# One statement, so that a loss is never without its receipt.
_REFUSED: Final = """
WITH doubted AS MATERIALIZED (
    SELECT c.orcid_id, c.purpose, c.first_refused_at, c.first_refused_at <= %(now)s - %(lost_after)s AND (
        c.first_refused_at <= %(now)s - %(lost_in_any_case)s
        OR (SELECT count(*) FROM (SELECT FROM consents_consent o WHERE o.health = 'doubted'
            AND o.client_id = c.client_id AND o.orcid_id <> c.orcid_id LIMIT %(many)s) AS others) < %(many)s
        -- In this order, so that only the index is read, however many were used before.
        OR (SELECT true FROM consents_consent o WHERE o.client_id = c.client_id AND o.health = 'works'
            AND o.last_used_at > c.first_refused_at ORDER BY o.last_used_at DESC LIMIT 1)
    ) IS TRUE AS is_lost
    FROM consents_consent c JOIN unnest(%(orcid_id)s::text[], %(purpose)s::text[]) AS u(orcid_id, purpose)
        USING (orcid_id, purpose)
    WHERE c.health IN ('unused', 'works', 'doubted')
        -- A refusal of an earlier token may arrive late; it says nothing about the new one.
        AND greatest(c.granted_at, c.refreshed_at) < %(now)s - interval '1 minute'
), refused AS (
    UPDATE consents_consent c SET first_refused_at = coalesce(c.first_refused_at, %(now)s),
        health = CASE WHEN is_lost THEN 'lost' ELSE 'doubted' END,
        lost_at = CASE WHEN is_lost THEN %(now)s ELSE c.lost_at END,
        refresh_at = CASE WHEN is_lost THEN NULL ELSE c.refresh_at END
    FROM doubted d
    WHERE c.orcid_id = d.orcid_id AND c.purpose = d.purpose AND c.health IN ('unused', 'works', 'doubted')
        AND greatest(c.granted_at, c.refreshed_at) < %(now)s - interval '1 minute'
        -- If another worker recorded a use or refusal at this moment, that one counts.
        AND c.first_refused_at IS NOT DISTINCT FROM d.first_refused_at
    RETURNING c.id, c.orcid_id, c.purpose, c.health, c.client_id, c.scopes, c.wording
), lost AS (
    INSERT INTO consents_receipt (orcid_id, purpose, kind, client_id, scopes, wording, at)
    SELECT orcid_id, purpose, 'lost', client_id, scopes, wording, %(now)s FROM refused WHERE health = 'lost'
)
SELECT id, orcid_id, purpose FROM refused WHERE health = 'lost' ORDER BY id
"""


async def record_refusals(
    connection: AsyncConnection[Any], *, refused: Sequence[tuple[str, Purpose]], now: datetime
) -> list[tuple[str, Purpose]]:
    """Record that ORCID refused these permissions; return those that are lost from now on."""
    if not refused:
        return []
    async with connection.transaction():
        cursor = await connection.execute(
            _REFUSED,
            {
                "now": now,
                "lost_after": LOST_AFTER,
                "lost_in_any_case": LOST_IN_ANY_CASE,
                "many": MAX_DOUBTED,
                "orcid_id": [o for o, _ in refused],
                "purpose": [p.value for _, p in refused],
            },
        )
        lost = await cursor.fetchall()
        # One message for each person, however many permissions they lost.
        first = {orcid_id: consent_id for consent_id, orcid_id, _purpose in reversed(lost)}
        if first:
            await defer_rows(connection, job_names.SEND_LOST_NOTICE, sorted(first.values()))
    return [(orcid_id, Purpose(purpose)) for _id, orcid_id, purpose in lost]

"""Store permissions of the previous service; their tokens are sealed before anything else is done."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, ConsentHealth, Purpose
from profiles.domain.moving_in.people import MovedPermission, MovedPerson
from profiles.infra.postgres.sql_params import json_rows
from profiles.infra.vault import Vault

WORDING: Final = "previous service"
"""Instead of the version of our sentences: the person agreed to those of the previous service."""

_STORE: Final = """
WITH moved AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS m(orcid_id text, purpose text, client_id text,
        access text, refresh text, health text, granted_at timestamptz, expires_at timestamptz,
        refresh_at timestamptz, lost_at timestamptz)
), stored AS (
    INSERT INTO consents_consent (orcid_id, purpose, client_id, scopes, access_token, refresh_token, health,
        granted_at, expires_at, refresh_at, lost_at, notified_at, wording, updated_at)
    SELECT orcid_id, purpose, client_id, %(scopes)s::text[], decode(access, 'base64'),
        decode(refresh, 'base64'), health, granted_at, expires_at, refresh_at, lost_at,
        -- No one is notified of a permission that was lost before they moved in.
        CASE WHEN lost_at IS NOT NULL THEN %(now)s::timestamptz END, %(wording)s, %(now)s
    FROM moved ORDER BY orcid_id, purpose
    ON CONFLICT (orcid_id, purpose) DO NOTHING
    RETURNING orcid_id, purpose, client_id, scopes, granted_at, wording, lost_at
), receipts AS (
    INSERT INTO consents_receipt (orcid_id, purpose, kind, client_id, scopes, wording, at)
    SELECT orcid_id, purpose, kind, client_id, scopes, wording, at FROM (
        SELECT stored.*, 'granted' AS kind, granted_at AS at FROM stored
        UNION ALL SELECT stored.*, 'lost', lost_at FROM stored WHERE lost_at IS NOT NULL
    ) AS r ORDER BY orcid_id, at
)
SELECT count(*) FROM stored
"""
_REFRESH_BEFORE: Final = timedelta(days=7)


def store_permissions(
    people: Sequence[MovedPerson], *, client_ids: Mapping[Purpose, str], vault: Vault, now: datetime
) -> int:
    """Store the permissions that are not here yet; return their number."""
    rows = [
        _row(person, permission, client_ids[permission.purpose], vault)
        for person in people
        for permission in person.permissions
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {
            "rows": json_rows(rows),
            "scopes": sorted(SCOPES),
            "wording": WORDING,
            "now": now,
        }
        cursor.execute(_STORE, parameters)
        (stored,) = cursor.fetchone()
        return int(stored)


def _row(person: MovedPerson, permission: MovedPermission, client_id: str, vault: Vault) -> dict[str, Any]:
    purpose = seal_purpose(person.orcid_id, permission.purpose.value)

    def sealed(token: str) -> str | None:
        return base64.b64encode(vault.seal(token, purpose=purpose)).decode() if token else None

    health = ConsentHealth.UNUSED if permission.is_usable else ConsentHealth.LOST
    return {
        "orcid_id": person.orcid_id,
        "purpose": permission.purpose.value,
        "client_id": client_id,
        "access": sealed(permission.access_token),
        "refresh": sealed(permission.refresh_token),
        "health": health.value,
        # The previous service does not know the day of tokens without a date; the row changed with them.
        "granted_at": permission.granted_at or person.updated_at,
        "expires_at": permission.expires_at,
        "refresh_at": _refresh_at(permission),
        "lost_at": None if permission.is_usable else permission.expires_at,
    }


def _refresh_at(permission: MovedPermission) -> datetime | None:
    if permission.expires_at is None or not permission.is_usable:
        return None
    return permission.expires_at - (_REFRESH_BEFORE if permission.refresh_token else timedelta(0))

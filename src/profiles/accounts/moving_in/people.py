"""Store people of the previous service, many with one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from profiles.accounts.models import Account
from profiles.domain.moving_in.people import MovedPerson
from profiles.infra.postgres.sql_params import json_rows

BY_IMPORT: Final = "import of the previous service"
"""Who gave the roles that came with the people."""

_MOVED: Final = """
WITH moved AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS m(number bigint, orcid_id text, created_at timestamptz,
        updated_at timestamptz, name text, given_names text, family_name text, other_names json,
        organisation text, email text, email_verified_at timestamptz, role text, provider_id text,
        client_id text, beta_tester boolean, is_public boolean, auto_update boolean, signed_in boolean)
)
"""
_STORE: Final = f"""
{_MOVED}, stored AS (
    INSERT INTO accounts_account (password, orcid_id, name, given_names, family_name, other_names,
        organisation, email, email_verified_at, role, provider_id, client_id, beta_tester, is_public,
        auto_update_since, auto_update_off_at, language, rules, is_active, first_signed_in_at, created_at,
        updated_at)
    SELECT '', orcid_id, name, given_names, family_name, ARRAY(SELECT json_array_elements_text(other_names)),
        organisation, nullif(email, ''), email_verified_at, role, provider_id, client_id, beta_tester,
        is_public, CASE WHEN auto_update THEN %(since)s::timestamptz END,
        CASE WHEN NOT auto_update THEN updated_at END, '', '{{}}', true,
        CASE WHEN signed_in THEN created_at END, created_at, updated_at
    FROM moved ORDER BY orcid_id, updated_at DESC
    ON CONFLICT (orcid_id) DO NOTHING
    RETURNING id, role, provider_id, client_id
), roles AS (
    INSERT INTO accounts_rolechange (account_id, at, by, old_role, role, member, repository)
    SELECT id, %(now)s, %(by)s, 'user', role, provider_id, client_id FROM stored WHERE role <> 'user'
)
SELECT count(*) FROM stored
"""  # noqa: S608  nothing of a caller's
_OTHERS: Final = f"""
{_MOVED}
SELECT m.number FROM moved m JOIN accounts_account a USING (orcid_id)
WHERE a.created_at <> m.created_at OR m.number <> (
    SELECT s.number FROM moved s WHERE s.orcid_id = m.orcid_id ORDER BY s.updated_at DESC, s.number LIMIT 1)
ORDER BY m.number
"""  # noqa: S608  nothing of a caller's


def store_people(
    people: Sequence[MovedPerson], *, switched_on: datetime, now: datetime
) -> tuple[int, list[int]]:
    """Store people who are not here yet; return their number, and the rows that are of another account's iD.

    An account that is here stays as it is: a second import changes nothing. ``switched_on`` is since when
    Auto-Update counts as on for those who have it on.
    """
    rows = json_rows(people)
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {"rows": rows, "since": switched_on, "now": now, "by": BY_IMPORT})
        (stored,) = cursor.fetchone()
        cursor.execute(_OTHERS, {"rows": rows})
        return stored, [number for (number,) in cursor.fetchall()]


def count_of_visitors() -> int:
    """Return how many people have signed in here: an import knows nothing of that."""
    return Account.objects.exclude(last_login=None).count()

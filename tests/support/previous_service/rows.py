"""Usual rows of the previous service: the same number makes the same row."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from profiles.domain.ids import check_digit
from profiles.domain.moving_in.people import PEOPLE_COLUMNS

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRET = "5ec2e7"
"""Ends every token, so that a test can search for them."""
USERS = (*PEOPLE_COLUMNS, "github", "github_token", "authentication_token", "provider")
CLAIMS = (
    "id", "uuid", "orcid", "doi", "source_id", "claim_action", "aasm_state", "state_number", "put_code",
    "claimed_at", "error_messages", "created_at", "updated_at",
)  # fmt: skip
COLUMNS = {"claims": CLAIMS, "users": USERS}
Row = dict[str, Any]


def orcid_id_of(number: int) -> str:
    """Return the iD of a person."""
    digits = f"{15_000_001 + number:015}"
    whole = digits + check_digit(digits)
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def token(kind: str, number: int) -> str:
    """Return a token in the form of ORCID's."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {number}"))[: -len(SECRET)] + SECRET


def person_row(number: int) -> Row:
    """Return a person with both permissions, who has signed in."""
    changed = NOW - timedelta(days=1 + number % 1000)
    ends = datetime(2044, 5, 1, tzinfo=UTC)
    return {
        **dict.fromkeys(USERS),
        "id": number, "uid": orcid_id_of(number), "name": f"Ada O'Neil-{number}", "given_names": "Ada",
        "family_name": f"O'Neil-{number}", "other_names": '["A. Ö. Neil"]', "is_public": 1, "auto_update": 1,
        "beta_tester": 0, "role_id": "user", "orcid_token": token("sign-in", number),
        "orcid_search_and_link_access_token": token("search", number),
        "orcid_search_and_link_refresh_token": token("search-refresh", number),
        "orcid_search_and_link_expires_at": ends,
        "orcid_auto_update_access_token": token("update", number),
        "orcid_auto_update_refresh_token": token("update-refresh", number),
        "orcid_auto_update_expires_at": ends,
        "github_token": token("github", number), "authentication_token": token("session", number),
        "created_at": changed - timedelta(days=30), "updated_at": changed,
    }  # fmt: skip


def claim_row(number: int, people: int) -> Row:
    """Return a claim that is done and has its put-code."""
    at = NOW - timedelta(days=1 + number % 900, seconds=number % 86_400)
    return {
        "id": number, "uuid": str(uuid.UUID(int=(7 << 120) + number)),
        "orcid": orcid_id_of(number * 7919 % people + 1), "doi": f"10.5072/moved-{number}",
        "source_id": "orcid_update" if number % 3 else "orcid_search", "claim_action": "create",
        "aasm_state": "done", "state_number": 3, "put_code": 1_000_000 + number, "claimed_at": at,
        "error_messages": None, "created_at": at - timedelta(hours=1), "updated_at": at,
    }  # fmt: skip

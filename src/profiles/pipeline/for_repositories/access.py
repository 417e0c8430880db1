"""Exchange what a repository has from DataCite, an API key or a token, for access to its pages here."""

import base64
from typing import Any

import msgspec

from profiles.domain.access.repository_access import (
    RepositoryAccess,
    access_of_key,
    access_of_token,
    is_datacite_key,
    may_be_credential,
)
from profiles.pipeline import datacite_time_budget, sync_clients


def exchange(credential: str) -> RepositoryAccess | None:
    """Ask DataCite once whose key or token this is; None if it is no good, or not a repository's.

    It is stored nowhere. What a token says about roles counts only because DataCite accepted the token.

    Raises:
        ServiceError: DataCite does not answer; the same key or token can be tried again.
    """
    if not may_be_credential(credential):
        return None
    holder = datacite_time_budget.ask(
        lambda: sync_clients.datacite().holder_of(credential), seconds=datacite_time_budget.PAGE_SECONDS
    )
    if is_datacite_key(credential):
        return access_of_key(holder)
    return access_of_token(_claims(credential), holder=holder)


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    try:
        content = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, msgspec.DecodeError):
        return {}
    return content if isinstance(content, dict) else {}

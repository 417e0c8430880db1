"""What sign_in adds to Settings and home, and to a person's data export."""

from datetime import timedelta
from typing import Any, Final

from profiles.accounts.models import Account
from profiles.sign_in.accounts.identities import identities_of
from profiles.sign_in.identity_providers.providers import providers

FIRST_VISIT: Final = timedelta(minutes=15)
"""Identities that are linked during the first visit are no news."""


def overview(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """Return labels of the identities that sign in to an account, and those added after the first visit."""
    labels = {provider.id: provider.label for provider in providers().values()}
    ways = [
        (
            row.date_joined,
            f"{labels.get(row.provider, row.provider)}: {row.extra_data.get('label') or row.uid}",
        )
        for row in identities_of(account)
    ]
    first_visit_end = min((joined for joined, _label in ways), default=account.created_at) + FIRST_VISIT
    return {
        "ways_in": [label for _joined, label in ways],
        "ways_added": [way for way in ways if way[0] > first_visit_end],
    }


def everything(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """Return the identities that sign in to an account, with everything that is stored about them."""
    return {
        "ways_in": [
            {
                "provider": identity.provider,
                "subject": identity.uid,
                "label": identity.extra_data.get("label", ""),
                "added": identity.date_joined.isoformat(),
                "last_used": identity.last_login.isoformat(),
            }
            for identity in identities_of(account)
        ]
    }

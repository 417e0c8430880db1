"""What sign_in adds to the Settings page and to a person's data export."""

from typing import Any

from profiles.accounts.models import Account
from profiles.sign_in.accounts.identities import identities_of
from profiles.sign_in.identity_providers.providers import providers


def overview(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """Return labels of the identities that sign in to an account, for Settings."""
    labels = {provider.id: provider.label for provider in providers().values()}
    return {
        "ways_in": [
            f"{labels.get(row.provider, row.provider)}: {row.extra_data.get('label') or row.uid}"
            for row in identities_of(account)
        ]
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

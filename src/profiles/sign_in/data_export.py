"""What signing in tells of a person: on their Settings page, and in the file of all that is kept of them."""

from typing import Any

from profiles.accounts.models import Account
from profiles.sign_in.accounts.identities import ways_in
from profiles.sign_in.identity_providers.providers import providers


def overview(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """Name the ways into an account, for Settings."""
    known = providers()
    labels = {one.id: one.label for one in known.values()}
    return {
        "ways_in": [
            f"{labels.get(way.provider, way.provider)}: {way.extra_data.get('label') or way.uid}"
            for way in ways_in(account)
        ]
    }


def everything(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """List the ways into an account with all that is kept of them."""
    return {
        "ways_in": [
            {
                "provider": way.provider,
                "subject": way.uid,
                "label": way.extra_data.get("label", ""),
                "added": way.date_joined.isoformat(),
                "last_used": way.last_login.isoformat(),
            }
            for way in ways_in(account)
        ]
    }

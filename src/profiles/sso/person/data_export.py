"""What the OpenID provider tells of a person: on their Settings page, and in the file of all that is kept."""

from typing import Any

from profiles.accounts.models import Account
from profiles.sso.models import AuditEntry
from profiles.sso.protocol import approvals


def everything(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """List the services that have access, and what happened; never a token."""
    return {
        "connected_services": [
            {
                "name": one.party.name,
                "since": one.since.isoformat(),
                "last_signed_in": one.last.isoformat(),
                "scopes": one.scopes,
            }
            for one in approvals.connected(account)
        ],
        "sign_ins_to_services": [
            {"at": at.isoformat(), "event": event, "service": client_id}
            for at, event, client_id in AuditEntry.objects.filter(account_id=account.pk)
            .order_by("at")
            .values_list("at", "event", "client_id")
        ],
    }

"""What the OpenID provider adds to a person's data export."""

from typing import Any

from profiles.accounts.models import Account
from profiles.sso.models import AuditEntry
from profiles.sso.protocol import approvals


def everything(*, account: Account, **_rest: Any) -> dict[str, Any]:
    """Return the services that have access, and the person's events; never a token."""
    return {
        "connected_services": [
            {
                "name": service.party.name,
                "since": service.since.isoformat(),
                "last_signed_in": service.last.isoformat(),
                "scopes": service.scopes,
            }
            for service in approvals.connected_services(account)
        ],
        "sign_ins_to_services": [
            {"at": at.isoformat(), "event": event, "service": client_id}
            for at, event, client_id in AuditEntry.objects.filter(account_id=account.pk)
            .order_by("at")
            .values_list("at", "event", "client_id")
        ],
    }

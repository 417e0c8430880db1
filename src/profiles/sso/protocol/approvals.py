"""Remembered consent of people for relying parties, and its removal."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso import audit
from profiles.sso.models import Approval, Grant, RelyingParty
from profiles.sso.protocol import grants, logout


def covers(party: RelyingParty, account: Account, scopes: list[str]) -> bool:
    """Tell whether the person has already allowed this relying party all these scopes."""
    return Approval.objects.filter(party=party, account=account, scopes__contains=scopes).exists()


@transaction.atomic
def remember(*, party: RelyingParty, account: Account, scopes: list[str]) -> None:
    """Add the scopes to those that the person allowed before."""
    row, _ = Approval.objects.select_for_update().get_or_create(
        party=party, account=account, defaults={"given_at": clock.now()}
    )
    row.scopes = sorted({*row.scopes, *scopes})
    row.save(update_fields=["scopes"])
    audit.write(audit.Event.APPROVED, client_id=party.client_id, account_id=account.pk, note=" ".join(scopes))


def record_refusal(party: RelyingParty, account: Account) -> None:
    """Record that the person refused; nothing else changes."""
    audit.write(audit.Event.REFUSED, client_id=party.client_id, account_id=account.pk)


@dataclass(frozen=True, slots=True)
class ConnectedService:
    """A relying party that has access on a person's behalf."""

    party: RelyingParty
    since: datetime
    last: datetime
    scopes: list[str]


def connected_services(account: Account) -> list[ConnectedService]:
    """List the services that have access: by remembered consent, and by grants that are still valid."""
    services: dict[int, ConnectedService] = {}
    for approval in Approval.objects.select_related("party").filter(account=account):
        services[approval.party_id] = ConnectedService(
            approval.party, approval.given_at, approval.given_at, list(approval.scopes)
        )
    for grant in grants.active(account=account).order_by("begun_at"):
        earlier = services.get(grant.party_id)
        services[grant.party_id] = ConnectedService(
            grant.party,
            min(earlier.since, grant.begun_at) if earlier else grant.begun_at,
            max(earlier.last, grant.begun_at) if earlier else grant.begun_at,
            sorted({*(earlier.scopes if earlier else []), *grant.scope.split()}),
        )
    return sorted(services.values(), key=lambda service: service.party.shown_name.lower())


@transaction.atomic
def remove(*, account: Account, party: RelyingParty) -> None:
    """Remove all access at once: consent, tokens, and the service's own session."""
    Approval.objects.filter(party=party, account=account).delete()
    active = list(Grant.objects.select_related("party").filter(party=party, account=account, revoked_at=None))
    grants.revoke(active, why=audit.Event.REMOVED, by=account.orcid_id)
    logout.create_notices(active, account=account)

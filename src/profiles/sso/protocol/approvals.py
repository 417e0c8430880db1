"""What people allowed relying parties for good: asked once, remembered, removed at a click."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso import audit
from profiles.sso.models import Approval, Grant, RelyingParty
from profiles.sso.protocol import grants, logout


def covers(party: RelyingParty, account: Account, scopes: list[str]) -> bool:
    """Say whether the person has allowed this relying party all of this before."""
    return Approval.objects.filter(party=party, account=account, scopes__contains=scopes).exists()


@transaction.atomic
def remember(*, party: RelyingParty, account: Account, scopes: list[str]) -> None:
    """Remember what the person allowed, beside what they allowed before."""
    row, _ = Approval.objects.select_for_update().get_or_create(
        party=party, account=account, defaults={"given_at": clock.now()}
    )
    row.scopes = sorted({*row.scopes, *scopes})
    row.save(update_fields=["scopes"])
    audit.write(audit.Event.APPROVED, client_id=party.client_id, account_id=account.pk, note=" ".join(scopes))


def note_refusal(party: RelyingParty, account: Account) -> None:
    """Note that the person said no; nothing else changes."""
    audit.write(audit.Event.REFUSED, client_id=party.client_id, account_id=account.pk)


@dataclass(frozen=True, slots=True)
class Connected:
    """A relying party that can learn or do something on a person's behalf."""

    party: RelyingParty
    since: datetime
    last: datetime
    scopes: list[str]


def connected(account: Account) -> list[Connected]:
    """List who has access, since when: remembered permissions, and grants that still count."""
    found: dict[int, Connected] = {}
    for approval in Approval.objects.select_related("party").filter(account=account):
        found[approval.party_id] = Connected(
            approval.party, approval.given_at, approval.given_at, list(approval.scopes)
        )
    for grant in grants.living(account=account).order_by("begun_at"):
        known = found.get(grant.party_id)
        found[grant.party_id] = Connected(
            grant.party,
            min(known.since, grant.begun_at) if known else grant.begun_at,
            max(known.last, grant.begun_at) if known else grant.begun_at,
            sorted({*(known.scopes if known else []), *grant.scope.split()}),
        )
    return sorted(found.values(), key=lambda one: one.party.name.lower())


@transaction.atomic
def remove(*, account: Account, party: RelyingParty) -> None:
    """Take all access away at once: what was allowed, every token, and the service's own session."""
    Approval.objects.filter(party=party, account=account).delete()
    found = list(Grant.objects.select_related("party").filter(party=party, account=account, revoked_at=None))
    grants.revoke(found, why=audit.Event.REMOVED, by=account.orcid_id)
    logout.tell_about(found, account=account)

"""Auto-Update is two things, a permission at ORCID and a switch here; this joins them."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from profiles.accounts import services as accounts
from profiles.accounts.models import Account
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import selectors as consents
from profiles.consents.models import Consent
from profiles.domain.consent import Purpose
from profiles.domain.push.plan import WRITE_SCOPES
from profiles.pipeline.permissions import grant


class AutoUpdateStatus(StrEnum):
    """The one truth about Auto-Update that every page shows."""

    WORKING = "working"
    WAITING = "waiting"
    """Switched on, but there is no permission that ORCID accepts."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PermissionResult:
    """What a new permission changed."""

    account: Account
    started: int
    """How many claims that waited for it are sent now."""


def status_of(account: Account, consent: Consent | None) -> AutoUpdateStatus:
    """Say how Auto-Update is; ``consent`` is the person's permission for it."""
    if account.auto_update_since is None:
        return AutoUpdateStatus.OFF
    return AutoUpdateStatus.WORKING if consents.is_usable(consent) else AutoUpdateStatus.WAITING


def has_permission(orcid_id: str) -> bool:
    """Say whether there is a permission for Auto-Update that can be used."""
    return consents.is_usable(consents.consents_of(orcid_id).get(Purpose.AUTO_UPDATE))


@transaction.atomic
def grant_and_switch_on(
    *, account: Account, purpose: Purpose, token: TokenAnswer, is_chosen: bool
) -> PermissionResult:
    """Keep a permission; the one for Auto-Update switches it on.

    It stays off where the person switched it off themselves, unless they went to ORCID in order to switch it
    on (``is_chosen``), and where they allowed too little for it. Where one ORCID client serves both purposes,
    a permission that was asked for Search & Link switches nothing on: nobody spoke of Auto-Update.
    """
    may_write = not WRITE_SCOPES.isdisjoint(token.scopes)
    is_wanted = is_chosen or (purpose is Purpose.AUTO_UPDATE and account.auto_update_off_at is None)
    if may_write and is_wanted:
        account = accounts.switch_auto_update(account_id=account.pk, on=True)
    started = grant.grant_permission(orcid_id=account.orcid_id, purpose=purpose, token=token)
    return PermissionResult(account, started)

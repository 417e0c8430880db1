"""Join the two parts of Auto-Update: a permission at ORCID, and a switch here."""

from dataclasses import dataclass

from django.db import transaction

from profiles.accounts import services as accounts
from profiles.accounts.models import Account
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import selectors as consents
from profiles.consents.models import Consent
from profiles.domain.auto_update import (
    AutoUpdateStatus,
    PermissionState,
    auto_update_status,
    permission_state,
)
from profiles.domain.consent import Purpose
from profiles.domain.push.plan import WRITE_SCOPES
from profiles.pipeline.permissions import grant


@dataclass(frozen=True, slots=True)
class PermissionResult:
    """What changed with a new permission."""

    account: Account
    started: int
    """The number of claims that waited for the permission and are sent now."""


def status_of(account: Account, consent: Consent | None) -> AutoUpdateStatus:
    """Return the status of Auto-Update; ``consent`` is the person's permission for it."""
    return auto_update_status(
        has_orcid_id=bool(account.orcid_id),
        is_on=account.auto_update_since is not None,
        permission=_permission_state(consent),
    )


def _permission_state(consent: Consent | None) -> PermissionState:
    if consent is None:
        return PermissionState.NONE
    has_token = consent.access_token is not None
    return permission_state(health=consent.health, has_token=has_token, scopes=consent.scopes)


def has_permission(orcid_id: str) -> bool:
    """Tell whether there is a permission with which Auto-Update can add works."""
    consent = consents.consents_of(orcid_id).get(Purpose.AUTO_UPDATE)
    return _permission_state(consent) is PermissionState.USABLE


@transaction.atomic
def grant_and_switch_on(
    *, account: Account, purpose: Purpose, token: TokenAnswer, is_chosen: bool
) -> PermissionResult:
    """Store a permission; the one for Auto-Update also switches Auto-Update on.

    It stays off when the person switched it off themselves, unless they went to ORCID in order to switch it
    on (``is_chosen``), and when they granted too few scopes. Where one ORCID client serves both purposes, a
    permission that was requested for Search & Link switches nothing on: Auto-Update was not mentioned.
    """
    may_write = not WRITE_SCOPES.isdisjoint(token.scopes)
    is_wanted = is_chosen or (purpose is Purpose.AUTO_UPDATE and account.auto_update_off_at is None)
    if may_write and is_wanted:
        account = accounts.switch_auto_update(account_id=account.pk, on=True)
    started = grant.grant_permission(orcid_id=account.orcid_id, purpose=purpose, token=token)
    return PermissionResult(account, started)

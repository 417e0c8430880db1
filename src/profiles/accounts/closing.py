"""Closing an account: what is personal goes at once, the row itself some days later.

Until then the row records that the sessions and grants of this person have ended: services that sign
people in through us are notified for a day. Then the row is deleted.
"""

from datetime import timedelta
from typing import Final

from django.db import transaction

from profiles.accounts import roles, signals
from profiles.accounts.models import FORMER_USER, AccessKey, Account, EmailProof, MergedOrcidId
from profiles.accounts.staff_access import audit
from profiles.domain.access.roles import Role
from profiles.infra import clock

ERASE_AFTER: Final = timedelta(days=2)
_TEXTS: Final = ("name", "given_names", "family_name", "organisation", "language")


@transaction.atomic
def close(*, account_id: int) -> Account:
    """Close an account: all sessions end, and nothing personal but the iD is left."""
    account = Account.objects.select_for_update().get(pk=account_id)
    roles.change_role(account, Role.USER, by="closing of the account")
    for name in _TEXTS:
        setattr(account, name, "")
    account.other_names, account.rules = [], {}
    account.wants_first_work_since = account.digest_since = None
    account.email = account.email_verified_at = account.email_refused_at = account.last_login = None
    account.auto_update_since = account.auto_update_off_at = None
    account.beta_tester, account.is_public = False, False
    account.is_active, account.closed_at = False, clock.now()
    account.first_signed_in_at = None
    account.save()
    EmailProof.objects.filter(account=account).delete()
    AccessKey.objects.filter(account=account).delete()
    for column in ("created_by", "revoked_by"):
        AccessKey.objects.filter(**{column: account.orcid_id}).update(**{column: FORMER_USER})
    MergedOrcidId.objects.filter(kept=account.orcid_id).delete()
    audit.forget(orcid_id=account.orcid_id)
    signals.closed.send(sender=Account, account=account)
    return account


@transaction.atomic
def erase(*, account_id: int) -> bool:
    """Erase the row of a closed account; False when its person came back meanwhile."""
    rows = Account.objects.select_for_update().filter(pk=account_id, closed_at__isnull=False)
    return rows.delete()[0] > 0

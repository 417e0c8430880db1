"""Mergers of two iDs at ORCID: the account and its data move to the remaining iD."""

from django.db import transaction

from profiles.accounts import signals
from profiles.accounts.models import AccessKey, Account, MergedOrcidId
from profiles.infra import clock
from profiles.infra.mail import outbox


def kept_orcid_id(orcid_id: str) -> str:
    """Return the iD that counts for this one: itself, unless it was merged."""
    row = MergedOrcidId.objects.filter(orcid_id=orcid_id).first()
    return row.kept if row else orcid_id


def suspected(kept: str) -> set[str]:
    """Return the iDs that ORCID answered were merged into this one, and that we have not followed yet."""
    answers = signals.merged_ids_requested.send(sender=Account, kept=kept)
    orcid_ids = {orcid_id for _receiver, merged in answers for orcid_id in merged or ()}
    return {orcid_id for orcid_id in orcid_ids if kept_orcid_id(orcid_id) == orcid_id}


@transaction.atomic
def follow(*, old_orcid_id: str, kept: str) -> None:
    """Move an account to the iD that ORCID kept. Safe to run twice.

    The caller has asked ORCID, and the person has just proved the iD that is kept. Where both iDs have an
    account, the one that is longer in use lives on, because services know the person by it.
    """
    rows = {
        row.orcid_id: row
        for row in Account.objects.select_for_update()
        .filter(orcid_id__in=(old_orcid_id, kept))
        .order_by("pk")
    }
    MergedOrcidId.objects.update_or_create(orcid_id=old_orcid_id, defaults={"kept": kept, "at": clock.now()})
    # What was merged into the old iD before leads on, not to a dead end.
    MergedOrcidId.objects.filter(kept=old_orcid_id).update(kept=kept)
    old, new = rows.get(old_orcid_id), rows.get(kept)
    if old is not None and new is not None:
        stays, goes = sorted((old, new), key=_first_use)
        _join(stays, goes)
        _rename(stays, kept)
    elif old is not None:
        _rename(old, kept)
    signals.orcid_id_moved.send(sender=Account, old_orcid_id=old_orcid_id, new_orcid_id=kept)


def _rename(account: Account, kept: str) -> None:
    account.orcid_id = kept
    account.save(update_fields=["orcid_id", "updated_at"])


def _first_use(account: Account) -> tuple[bool, float, int]:
    first = account.first_signed_in_at
    return (account.closed_at is not None or first is None, first.timestamp() if first else 0.0, account.pk)


def _join(stays: Account, goes: Account) -> None:
    for field in ("name", "given_names", "family_name", "other_names", "organisation", "email"):
        if not getattr(stays, field) and getattr(goes, field):
            setattr(stays, field, getattr(goes, field))
            if field == "email":
                stays.email_verified_at = goes.email_verified_at
                stays.email_refused_at = goes.email_refused_at
    # A person who hid one of the two accounts stays hidden.
    stays.is_public = stays.is_public and goes.is_public
    switched_on = [account.auto_update_since for account in (stays, goes) if account.auto_update_since]
    stays.auto_update_since = min(switched_on) if switched_on else None
    stays.auto_update_off_at = None if switched_on else stays.auto_update_off_at or goes.auto_update_off_at
    AccessKey.objects.filter(account=goes).update(account=stays)
    outbox.move(account_id=goes.pk, to=stays.pk)
    signals.accounts_joined.send(sender=Account, kept=stays, gone=goes)
    goes.delete()
    stays.save()

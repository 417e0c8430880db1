"""Identities: which of them sign in to which account. One account for each iD, several identities for it."""

from collections.abc import Iterable

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from profiles.accounts import mergers as merged_ids
from profiles.accounts import selectors, services
from profiles.accounts.models import Account
from profiles.accounts.services import Names
from profiles.infra import clock
from profiles.sign_in import security_notices
from profiles.sign_in.accounts import mergers
from profiles.sign_in.identity_providers.verification import Identity


class IdentityTakenError(Exception):
    """The identity belongs to another account."""


class LastIdentityError(Exception):
    """This is the last identity of the account: without it no one could sign in."""


def account_with_identity(identity: Identity) -> Account | None:
    """Return the account of this identity, or else of an identity that its provider links with it."""
    subjects = {identity.subject, *identity.linked}
    rows = SocialAccount.objects.filter(
        provider=identity.provider, uid__in=subjects, user__closed_at=None
    ).select_related("user")
    # The owner may have moved one identity and left a linked one with the other account.
    ordered = sorted(rows, key=lambda row: (row.uid != identity.subject, row.pk))
    account: Account | None = ordered[0].user if ordered else None
    return account


@transaction.atomic
def link(account: Account, identity: Identity) -> None:
    """Let the identity sign in to the account. Safe to call twice.

    Raises:
        IdentityTakenError: it belongs to another account.
    """
    try:
        with transaction.atomic():
            row, is_new = SocialAccount.objects.get_or_create(
                provider=identity.provider,
                uid=identity.subject,
                defaults={"user": account, "extra_data": {"label": identity.label}},
            )
    except IntegrityError:
        row, is_new = SocialAccount.objects.get(provider=identity.provider, uid=identity.subject), False
    if row.user_id != account.pk:
        raise IdentityTakenError
    # Only the label of the identity is stored.
    row.extra_data = {"label": identity.label}
    row.last_login = clock.now()
    row.save(update_fields=["extra_data", "last_login"])
    if is_new:
        security_notices.send_new_way_in(account, provider=identity.provider, label=identity.label)


def names_of(identity: Identity) -> Names:
    """Return the names that the identity contains."""
    return Names(identity.name, identity.given_names, identity.family_name, identity.organisation)


def delete_identities(account: Account) -> None:
    """Delete all identities of an account: it is closed."""
    SocialAccount.objects.filter(user=account).delete()


def reassign(*, kept: Account, gone: Account) -> None:
    """Move the identities of an account to the one that remains after a merger."""
    for row in SocialAccount.objects.filter(user=gone):
        hand_over(row, to=kept)


@transaction.atomic
def hand_over(row: SocialAccount, *, to: Account) -> None:
    """Move an identity to another account, whose owner gets mail about it."""
    row.user = to
    row.save(update_fields=["user"])
    security_notices.send_new_way_in(to, provider=row.provider, label=row.extra_data.get("label", ""))


def delete_orcid_identity(orcid_id: str) -> None:
    """Delete the identity of an iD that ORCID merged into another: no one can sign in with it any more."""
    SocialAccount.objects.filter(provider="orcid", uid=orcid_id).delete()


def identities_of(account: Account) -> list[SocialAccount]:
    """List the identities of an account."""
    return list(SocialAccount.objects.filter(user=account).order_by("date_joined"))


@transaction.atomic
def move(account: Account, identity: Identity) -> None:
    """Move an identity to this account from whichever it belonged to.

    The caller saw proof of both accounts. No one is locked out: an account is always reached by its ORCID iD.
    """
    rows = SocialAccount.objects.filter(provider=identity.provider, uid=identity.subject)
    for row in rows.exclude(user=account):
        hand_over(row, to=account)
    link(account, identity)


@transaction.atomic
def unlink(account: Account, *, identity_id: str) -> None:
    """Remove an identity from an account; nothing happens if it is unknown.

    Raises:
        LastIdentityError: it is the only one.
    """
    rows = list(SocialAccount.objects.select_for_update().filter(user=account))
    if len(rows) <= 1:
        raise LastIdentityError
    for row in rows:
        if str(row.pk) == identity_id:
            row.delete()


def account_for(identity: Identity) -> Account | None:
    """Return the account for an identity, by iD or stored identity; None: an iD must be linked first.

    The verified iD decides, even if the identity belonged to another account before. An account is created at
    the first visit; an existing one is not changed here, because its second factor may still be missing.
    """
    account = account_with_identity(identity)
    if identity.orcid_id is None:
        return account
    mergers.follow_suspected_mergers(identity.orcid_id)
    if account is not None:
        mergers.follow_if_merged(old_orcid_id=account.orcid_id, kept=identity.orcid_id)
    existing = selectors.account_of(merged_ids.kept_orcid_id(identity.orcid_id))
    return existing or services.get_or_create_account(orcid_id=identity.orcid_id, names=names_of(identity))


@transaction.atomic
def record_proofs(account: Account, identities: Iterable[Identity]) -> None:
    """Link each proved identity to the account and fill in missing names, after all proofs are complete.

    An identity that has an iD and belongs to another account stays there: identities do not move unasked.

    Raises:
        IdentityTakenError: an identity without an iD was linked to another account in the meantime.
    """
    for identity in identities:
        services.get_or_create_account(orcid_id=account.orcid_id, names=names_of(identity))
        try:
            with transaction.atomic():
                link(account, identity)
        except IdentityTakenError:
            if identity.orcid_id is None:
                raise

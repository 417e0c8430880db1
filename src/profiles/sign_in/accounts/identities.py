"""Ways in: which identities belong to which account. One account for each iD, several ways into it."""

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


class TakenError(Exception):
    """The identity belongs to another account."""


class LastWayInError(Exception):
    """Without this identity nobody could come in any more."""


def known_account(identity: Identity) -> Account | None:
    """Return the account that this identity, or else one that its provider links with it, belongs to."""
    subjects = {identity.subject, *identity.linked}
    rows = SocialAccount.objects.filter(
        provider=identity.provider, uid__in=subjects, user__closed_at=None
    ).select_related("user")
    # Somebody may have moved the one and left a linked one where it was.
    ordered = sorted(rows, key=lambda row: (row.uid != identity.subject, row.pk))
    account: Account | None = ordered[0].user if ordered else None
    return account


@transaction.atomic
def link(account: Account, identity: Identity) -> None:
    """Make the identity a way into the account; doing it twice changes nothing.

    Raises:
        TakenError: it belongs to another account.
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
        raise TakenError
    # What we keep of it: how it is called, nothing more.
    row.extra_data = {"label": identity.label}
    row.last_login = clock.now()
    row.save(update_fields=["extra_data", "last_login"])
    if is_new:
        security_notices.send_new_way_in(account, provider=identity.provider, label=identity.label)


def names_of(identity: Identity) -> Names:
    """Return what the identity says about its person's name."""
    return Names(identity.name, identity.given_names, identity.family_name, identity.organisation)


def forget_ways_in(account: Account) -> None:
    """Take every way in away: the account is closed."""
    SocialAccount.objects.filter(user=account).delete()


def reassign(*, kept: Account, gone: Account) -> None:
    """Bring the ways in of an account to the one it was joined with."""
    for row in SocialAccount.objects.filter(user=gone):
        hand_over(row, to=kept)


@transaction.atomic
def hand_over(row: SocialAccount, *, to: Account) -> None:
    """Let a way in lead to another account, whose owner gets mail about it."""
    row.user = to
    row.save(update_fields=["user"])
    security_notices.send_new_way_in(to, provider=row.provider, label=row.extra_data.get("label", ""))


def forget_orcid_id(orcid_id: str) -> None:
    """Drop the way in of an iD that ORCID merged away: nobody can come by it any more."""
    SocialAccount.objects.filter(provider="orcid", uid=orcid_id).delete()


def ways_in(account: Account) -> list[SocialAccount]:
    """List the identities of an account."""
    return list(SocialAccount.objects.filter(user=account).order_by("date_joined"))


@transaction.atomic
def move(account: Account, identity: Identity) -> None:
    """Let an identity lead to this account from now on, whichever it led to before.

    The caller saw proof of both. Nobody is locked out: an account is always reached by its own ORCID iD.
    """
    elsewhere = SocialAccount.objects.filter(provider=identity.provider, uid=identity.subject)
    for row in elsewhere.exclude(user=account):
        hand_over(row, to=account)
    link(account, identity)


@transaction.atomic
def detach(account: Account, *, identity_id: str) -> None:
    """Take a way in away; an unknown one is away already.

    Raises:
        LastWayInError: it is the only one.
    """
    rows = list(SocialAccount.objects.select_for_update().filter(user=account))
    if len(rows) <= 1:
        raise LastWayInError
    for row in rows:
        if str(row.pk) == identity_id:
            row.delete()


def account_for(identity: Identity) -> Account | None:
    """Return whose account it is, by iD or known identity; None: an iD must be linked first.

    The verified iD decides, also where the identity led elsewhere before. An account is opened at the first
    visit; one that exists is not changed here, because its second factor may still be missing.
    """
    account = known_account(identity)
    if identity.orcid_id is None:
        return account
    mergers.follow_all_into(identity.orcid_id)
    if account is not None:
        mergers.follow_if_merged(old_orcid_id=account.orcid_id, kept=identity.orcid_id)
    existing = selectors.account_of(merged_ids.kept_orcid_id(identity.orcid_id))
    return existing or services.get_or_create_account(orcid_id=identity.orcid_id, names=names_of(identity))


@transaction.atomic
def record_proofs(account: Account, identities: Iterable[Identity]) -> None:
    """Make each proved identity a way into the account and fill in missing names, after the whole proof.

    An identity that has an iD and leads to another account stays there: ways in do not move unasked.

    Raises:
        TakenError: an identity without an iD went to another account meanwhile.
    """
    for identity in identities:
        services.get_or_create_account(orcid_id=account.orcid_id, names=names_of(identity))
        try:
            with transaction.atomic():
                link(account, identity)
        except TakenError:
            if identity.orcid_id is None:
                raise

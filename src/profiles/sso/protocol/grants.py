"""Grants and their tokens: issued, exchanged once, revoked as a family. A WHERE clause enforces single use.

One UPDATE takes a code or refresh token if it is still unused. A second request, in any process, finds no
row, and the whole family is revoked: one of the two requests used a stolen token, and we cannot know which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from profiles.accounts.models import Account
from profiles.accounts.selectors import JOIN_ACCOUNT_OF_GRANT
from profiles.infra import clock
from profiles.infra.postgres import prepared
from profiles.sso import audit
from profiles.sso.audit import Event
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import Grant, RelyingParty, Token
from profiles.sso.protocol.scopes import OFFLINE

CODE_LIFE: Final = timedelta(seconds=60)
ACCESS_LIFE: Final = timedelta(minutes=30)
REFRESH_IDLE: Final = timedelta(days=14)
GRANT_LIFE: Final = timedelta(days=90)
MACHINE_LIFE: Final = timedelta(hours=1)
ACCESS_PREFIX: Final = "dcp_at_"
REFRESH_PREFIX: Final = "dcp_rt_"


class ReplayedError(Exception):
    """A code or refresh token was used a second time; its family is revoked."""


@dataclass(frozen=True, slots=True)
class Presence:
    """How the person is signed in: the session, the time, and the methods."""

    sid: str = ""
    auth_time: int = 0
    amr: tuple[str, ...] = ()
    acr: str = ""
    second_factor: bool = False
    """True if it was given here; a second factor at a provider is only in ``amr``."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one response; they are not stored in clear text."""

    access: str
    refresh: str | None
    lasts: int
    scope: str


def grant_code(
    *,
    party: RelyingParty,
    account: Account,
    presence: Presence,
    scope: str,
    nonce: str,
    redirect_uri: str,
    challenge: str,
) -> str:
    """Store a grant and return its code."""
    code, moment = new_value(), clock.now()
    grant = Grant(
        party=party,
        account=account,
        scope=scope,
        sid=presence.sid,
        auth_time=presence.auth_time,
        amr=list(presence.amr),
        acr=presence.acr,
        second_factor=presence.second_factor,
        nonce=nonce,
        redirect_uri=redirect_uri,
        code_challenge=challenge,
        code_digest=digest_of(code),
        code_ends_at=moment + CODE_LIFE,
        begun_at=moment,
        ends_at=moment + GRANT_LIFE,
    )
    audit_entry = audit.entry(
        Event.SIGNED_IN, client_id=party.client_id, account_id=account.pk, grant_id=grant.id
    )
    prepared.insert(grant, audit_entry)
    return code


_BY_CODE: Final = prepared.Rows(
    f"FROM sso_grant g {JOIN_ACCOUNT_OF_GRANT} WHERE g.code_digest = %(digest)s AND g.party_id = %(party)s",
    g=Grant,
    a=Account,
)


def grant_of_code(code: str, party: RelyingParty) -> Grant | None:
    """Find the grant of a code that was issued to this relying party."""
    columns = _BY_CODE.first({"digest": digest_of(code), "party": party.pk})
    if columns is None:
        return None
    grant: Grant
    grant, grant.account = columns
    grant.party = party
    return grant


_TAKE_CODE: Final = """
UPDATE sso_grant SET code_used_at = %(now)s
WHERE id = %(grant)s AND code_used_at IS NULL AND revoked_at IS NULL AND code_ends_at > %(now)s
RETURNING id"""


def redeem_code(grant: Grant, *, with_refresh: bool) -> Tokens:
    """Exchange a code, once.

    Raises:
        ReplayedError: it was used before or has expired, or its grant is revoked.
    """
    try:
        return _issue(grant, grant.scope, with_refresh=with_refresh, event=Event.ISSUED, taking=_TAKE_CODE)
    except ReplayedError:
        grant.refresh_from_db(fields=["code_used_at"])
        if grant.code_used_at is not None:
            revoke([grant], why=Event.CODE_REPLAYED)
        raise


_BY_VALUE: Final = prepared.Rows(
    "FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id JOIN sso_relyingparty p ON p.id = g.party_id"
    f" {JOIN_ACCOUNT_OF_GRANT} WHERE t.digest = %(digest)s",
    but=("logo",),
    t=Token,
    g=Grant,
    p=RelyingParty,
    a=Account,
)


def token_of(value: str) -> Token | None:
    """Find an access or refresh token, with its grant, relying party and person."""
    columns = _BY_VALUE.first({"digest": digest_of(value)})
    if columns is None:
        return None
    token: Token
    token, grant, grant.party, grant.account = columns
    token.grant = grant
    return token


def is_alive(token: Token) -> bool:
    """Tell whether a token is still valid."""
    grant, moment = token.grant, clock.now()
    ended = token.used_at or token.revoked_at or grant.revoked_at or grant.party.disabled_at
    closed = grant.account is not None and (grant.account.closed_at or not grant.account.is_active)
    return not ended and not closed and token.ends_at > moment and grant.ends_at > moment


# The first part does not join the grant: with a join, all that waited for the row lock would see it unused.
# Tokens of a grant that is revoked at the same moment are invalid whatever we issue.
_TAKE_REFRESH: Final = """
UPDATE sso_token SET used_at = %(now)s
WHERE digest = %(digest)s AND used_at IS NULL AND revoked_at IS NULL AND ends_at > %(now)s
RETURNING grant_id"""
_END_ACCESS: Final = """
UPDATE sso_token t SET revoked_at = %(now)s FROM taken
WHERE t.grant_id = taken.grant_id AND NOT t.is_refresh AND t.revoked_at IS NULL"""


def refresh(token: Token, *, scope: str) -> Tokens:
    """Exchange a refresh token for the next pair, once.

    Raises:
        ReplayedError: it was used before or has expired, or its grant is revoked.
    """
    try:
        return _issue(
            token.grant,
            scope,
            with_refresh=True,
            event=Event.REFRESHED,
            taking=_TAKE_REFRESH,
            then=_END_ACCESS,
            digest=bytes(token.digest),
        )
    except ReplayedError:
        token.refresh_from_db(fields=["used_at"])
        if token.used_at is not None:
            revoke([token.grant], why=Event.REFRESH_REPLAYED)
        raise


@transaction.atomic
def grant_device(*, party: RelyingParty, account: Account, presence: Presence, scope: str) -> Grant:
    """Store the grant of a person for a device."""
    moment = clock.now()
    grant = Grant.objects.create(
        party=party,
        account=account,
        scope=scope,
        sid="" if OFFLINE in scope.split() else presence.sid,
        auth_time=presence.auth_time,
        amr=list(presence.amr),
        acr=presence.acr,
        second_factor=presence.second_factor,
        begun_at=moment,
        ends_at=moment + GRANT_LIFE,
    )
    audit.write(Event.APPROVED, client_id=party.client_id, account_id=account.pk, grant_id=grant.id)
    return grant


def issue_for_device(grant: Grant, *, with_refresh: bool) -> Tokens:
    """Issue the tokens of a device; the caller has made sure that it is the first time."""
    return _issue(grant, grant.scope, with_refresh=with_refresh, event=Event.ISSUED)


@transaction.atomic
def issue_for_machine(party: RelyingParty, scope: str) -> Tokens:
    """Issue an access token for a machine without a person."""
    moment = clock.now()
    grant = Grant.objects.create(party=party, scope=scope, begun_at=moment, ends_at=moment + MACHINE_LIFE)
    return _issue(grant, scope, with_refresh=False, event=Event.ISSUED)


def _issue(
    grant: Grant,
    scope: str,
    *,
    with_refresh: bool,
    event: Event,
    taking: str = "",
    then: str = "",
    **values: Any,
) -> Tokens:
    """Take the code or refresh token, and store the new tokens and the audit row, in one statement.

    Raises:
        ReplayedError: there was nothing to take.
    """
    moment = clock.now()
    access = new_value(ACCESS_PREFIX)
    refresh_token = new_value(REFRESH_PREFIX) if with_refresh and OFFLINE in grant.scope.split() else None
    rows = [_token(grant, access, scope, moment, ACCESS_LIFE)]
    if refresh_token:
        rows.append(_token(grant, refresh_token, grant.scope, moment, REFRESH_IDLE, is_refresh=True))
    audit_entry = audit.entry(
        event, client_id=grant.party.client_id, account_id=grant.account_id, grant_id=grant.id, note=scope
    )
    values |= {"now": moment, "grant": grant.pk}
    if not prepared.insert(*rows, audit_entry, taking=taking, then=then, values=values):
        raise ReplayedError
    return Tokens(access, refresh_token, int((rows[0].ends_at - moment).total_seconds()), scope)


def _token(
    grant: Grant, value: str, scope: str, moment: datetime, life: timedelta, *, is_refresh: bool = False
) -> Token:
    return Token(
        digest=digest_of(value),
        grant=grant,
        is_refresh=is_refresh,
        scope=scope,
        made_at=moment,
        ends_at=min(moment + life, grant.ends_at),
    )


@transaction.atomic
def revoke(grants: Sequence[Grant] | QuerySet[Grant], *, why: Event, by: str = "") -> int:
    """Revoke these grants and so all their tokens; return how many were not revoked before."""
    revoked = 0
    for grant in grants:
        changed = Grant.objects.filter(pk=grant.pk, revoked_at=None).update(
            revoked_at=clock.now(), revoked_why=why.value
        )
        if changed:
            revoked += 1
            audit.write(
                why, client_id=grant.party.client_id, account_id=grant.account_id, grant_id=grant.id, by=by
            )
    return revoked


def revoke_token(token: Token) -> None:
    """Revoke a token at its holder's request; a refresh token revokes its whole family."""
    if token.is_refresh:
        revoke([token.grant], why=Event.REVOKED)
        return
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
            grant = token.grant
            audit.write(
                Event.REVOKED,
                client_id=grant.party.client_id,
                account_id=grant.account_id,
                grant_id=grant.id,
                note="access token",
            )


def active(**filters: Any) -> QuerySet[Grant]:
    """Select the grants that are still valid."""
    return Grant.objects.select_related("party").filter(
        Q(code_used_at__isnull=False) | Q(code_digest=None),
        revoked_at=None,
        ends_at__gt=clock.now(),
        **filters,
    )

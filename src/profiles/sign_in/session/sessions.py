"""Sessions: opened with proof, named by a ``sid``, listed for their owner, and ended in one place.

allauth's table of sessions holds device and last use, and the hash of the key (``session_store``); our
``sid`` is in its ``data``, so that a session that is ended elsewhere can be named without opening it.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from profiles.accounts import session_facts as facts
from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.infra.postgres import prepared
from profiles.infra.rate_limit import address_of
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.session.session_store import SessionStore, stored_key

BACKEND: Final = settings.AUTHENTICATION_BACKENDS[0]
SID_BYTES: Final = 24
NOTED_EVERY: Final = timedelta(minutes=1)
_MAX_DEVICE_LENGTH: Final = 200
_DEVICE: Final = prepared.Rows("FROM usersessions_usersession u WHERE u.session_key = %(key)s", u=UserSession)


def open_session(
    request: HttpRequest, account: Account, identity: Identity, *, factor: tuple[str, ...] = ()
) -> None:
    """Sign the person in: the session gets a new key, and says when and how they proved who they are.

    Whoever was signed in here before is signed out by it. The same person proving themselves anew keeps
    their ``sid``, so that what hangs on it lives on. ``factor`` says how a second factor was given, too.
    """
    before = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    if before is not None and before.pk != account.pk:
        end_this(request)
        sid = ""
    _forget_device(request)
    if sid:
        # login() gives a new key only where nobody, or somebody else, was signed in.
        request.session.cycle_key()
    login(request, account, backend=BACKEND)
    _write_facts(request, identity, sid=sid or secrets.token_urlsafe(SID_BYTES))
    if factor:
        note_second_factor(request, factor)
    _note_device(request, account)
    signals.signed_in.send(sender=Account, request=request, account=account)


def _write_facts(request: HttpRequest, identity: Identity, *, sid: str) -> None:
    session = request.session
    session[facts.SID] = sid
    session[facts.AUTH_TIME] = identity.auth_time or 0
    session[facts.AMR] = list(identity.amr)
    session[facts.PROVIDER] = identity.provider
    session[facts.SUBJECT] = identity.subject
    session.setdefault(facts.SIGNED_IN_AT, clock.now().timestamp())
    session.pop(facts.SECOND_FACTOR_AT, None)


def note_second_factor(request: HttpRequest, how: tuple[str, ...]) -> None:
    """Note that a second factor was just given, and how."""
    session = request.session
    session[facts.SECOND_FACTOR_AT] = clock.now().timestamp()
    session[facts.AMR] = list(dict.fromkeys([*facts.amr_of(session), *how]))


def _note_device(request: HttpRequest, account: Account) -> None:
    UserSession.objects.update_or_create(
        session_key=stored_key_of(request),
        defaults={"user": account, "data": {facts.SID: facts.sid_of(request.session)}, **_device_of(request)},
    )


def _device_of(request: HttpRequest) -> dict[str, str]:
    return {
        "ip": address_of(request) or "0.0.0.0",  # noqa: S104  an address that is unknown, not one bound to
        "user_agent": request.headers.get("User-Agent", "")[:_MAX_DEVICE_LENGTH],
    }


def note_use(request: HttpRequest, *, by_itself: bool = False) -> bool:
    """Note that the session is used, and say whether it may be: neither idle nor open for too long.

    Written once a minute at most: a page that is looked at costs one look at the table. What a page asks for
    ``by_itself`` keeps no session alive.
    """
    assert isinstance(request.user, Account)
    now = clock.now()
    found = _DEVICE.first({"key": stored_key_of(request)})
    if found is None:
        # Opened before sessions had names.
        request.session.setdefault(facts.SID, secrets.token_urlsafe(SID_BYTES))
        _note_device(request, request.user)
        return True
    row: UserSession = found[0]
    if row.created_at < now - longest() or row.last_seen_at < now - longest_idle():
        return False
    if row.last_seen_at < now - NOTED_EVERY and not by_itself:
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now, **_device_of(request))
    return True


def longest_idle() -> timedelta:
    """Return for how long a session may lie unused."""
    return timedelta(hours=settings.ENVIRONMENT.PROFILES_SESSION_IDLE_HOURS)


def longest() -> timedelta:
    """Return for how long a session may be open, used or not."""
    return timedelta(days=settings.ENVIRONMENT.PROFILES_SESSION_DAYS)


def sessions_of(account: Account) -> list[UserSession]:
    """List somebody's open sessions, the last used first; those past a limit are ended on the way."""
    end_overdue(UserSession.objects.filter(user=account))
    return list(UserSession.objects.filter(user=account).order_by("-last_seen_at"))


def end_overdue(rows: QuerySet[UserSession] | None = None) -> int:
    """End the sessions that are past a limit, seen or not. Safe to run twice."""
    now = clock.now()
    among = UserSession.objects.all() if rows is None else rows
    overdue = among.filter(
        Q(created_at__lt=now - longest()) | Q(last_seen_at__lt=now - longest_idle())
    ).select_related("user")
    by_account = groupby(overdue.order_by("user_id"), key=lambda row: row.user)
    return sum([end_sessions(account, list(theirs)) for account, theirs in by_account])


def forget_expired() -> None:
    """Drop what is left of sessions past their date, those of visitors who never signed in too."""
    SessionStore.clear_expired()


def stored_key_of(request: HttpRequest) -> str:
    """Return what tables hold in place of this session's key."""
    return stored_key(request.session.session_key)


def _forget_device(request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=stored_key_of(request)).delete()


def end_this(request: HttpRequest) -> None:
    """Sign out here; twice does no harm."""
    account = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    _forget_device(request)
    logout(request)
    if account is not None:
        _tell(account, [sid])


def end_all_of(account: Account) -> int:
    """End all sessions of an account and return how many there were."""
    return end_sessions(account, UserSession.objects.filter(user=account))


def end_sessions(account: Account, rows: Iterable[UserSession]) -> int:
    """End these sessions of somebody, wherever they are open."""
    ended = list(rows)
    with transaction.atomic():
        SessionStore.delete_stored(row.session_key for row in ended)
        UserSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    _tell(account, [row.data.get(facts.SID, "") for row in ended])
    return len(ended)


def _tell(account: Account, sids: Iterable[str]) -> None:
    named = [sid for sid in sids if sid]
    if named:
        signals.sessions_ended.send(sender=Account, account=account, sids=named)

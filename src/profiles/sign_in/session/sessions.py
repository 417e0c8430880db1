"""Sessions: opened after a login, identified by a ``sid``, listed for their owner, and ended in one place.

allauth's table of sessions holds the device, the last use and the hash of the key (``session_store``). Our
``sid`` is in its ``data``, so that a session can be ended from elsewhere without opening it.
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
from profiles.infra.web.proxies import address_of
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.session.session_store import SessionStore, stored_key

BACKEND: Final = settings.AUTHENTICATION_BACKENDS[0]
SID_BYTES: Final = 24
TOUCH_INTERVAL: Final = timedelta(minutes=1)
_MAX_DEVICE_LENGTH: Final = 200


def open_session(
    request: HttpRequest, account: Account, identity: Identity, *, factor: tuple[str, ...] = ()
) -> None:
    """Sign the person in: the session gets a new key, and records when and how they authenticated.

    Another person who was signed in here is signed out. A person who signs in again keeps their ``sid``,
    and so the grants that depend on it. ``factor`` holds the ``amr`` values of a second factor.
    """
    previous = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    if previous is not None and previous.pk != account.pk:
        end_current_session(request)
        sid = ""
    _delete_device(request)
    if sid:
        # login() changes the key only if no one, or another person, was signed in.
        request.session.cycle_key()
    login(request, account, backend=BACKEND)
    _write_facts(request, identity, sid=sid or secrets.token_urlsafe(SID_BYTES))
    if factor:
        record_second_factor(request, factor)
    _store_device(request, account)
    signals.signed_in.send(sender=Account, request=request, account=account)


def _write_facts(request: HttpRequest, identity: Identity, *, sid: str) -> None:
    session = request.session
    session[facts.SID] = sid
    session[facts.AUTH_TIME] = identity.auth_time or 0
    session[facts.AMR] = list(identity.amr)
    session[facts.PROVIDER] = identity.provider
    session[facts.SUBJECT] = identity.subject
    session[facts.PROVIDER_EMAIL] = identity.email
    session.setdefault(facts.SIGNED_IN_AT, clock.now().timestamp())
    session.pop(facts.SECOND_FACTOR_AT, None)


def record_second_factor(request: HttpRequest, how: tuple[str, ...]) -> None:
    """Record that a second factor was just given, and how."""
    session = request.session
    session[facts.SECOND_FACTOR_AT] = clock.now().timestamp()
    session[facts.AMR] = list(dict.fromkeys([*facts.amr_of(session), *how]))


def _store_device(request: HttpRequest, account: Account) -> None:
    UserSession.objects.update_or_create(
        session_key=stored_key_of(request),
        defaults={"user": account, "data": {facts.SID: facts.sid_of(request.session)}, **_device_of(request)},
    )


def _device_of(request: HttpRequest) -> dict[str, str]:
    return {
        "ip": address_of(request) or "0.0.0.0",  # noqa: S104  an address that is unknown, not one bound to
        "user_agent": request.headers.get("User-Agent", "")[:_MAX_DEVICE_LENGTH],
    }


def touch_session(request: HttpRequest, *, is_poll: bool = False) -> bool:
    """Record that the session is used; return False if it was idle or open for too long.

    It writes at most once a minute, so that most page views cost no query. A poll of an open page
    (``is_poll``) does not keep a session alive.
    """
    assert isinstance(request.user, Account)
    assert isinstance(request.session, SessionStore)
    now = clock.now()
    row = request.session.device
    if row is None:
        # Opened before sessions had a sid.
        request.session.setdefault(facts.SID, secrets.token_urlsafe(SID_BYTES))
        _store_device(request, request.user)
        return True
    if row.created_at < now - max_age() or row.last_seen_at < now - max_idle_time():
        return False
    if row.last_seen_at < now - TOUCH_INTERVAL and not is_poll:
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now, **_device_of(request))
    return True


def max_idle_time() -> timedelta:
    """Return how long a session may be unused."""
    return timedelta(hours=settings.ENVIRONMENT.PROFILES_SESSION_IDLE_HOURS)


def max_age() -> timedelta:
    """Return how long a session may be open, used or not."""
    return timedelta(days=settings.ENVIRONMENT.PROFILES_SESSION_DAYS)


def sessions_of(account: Account) -> list[UserSession]:
    """List the open sessions of an account, the last used first; those past a limit are ended first."""
    end_overdue(UserSession.objects.filter(user=account))
    return list(UserSession.objects.filter(user=account).order_by("-last_seen_at"))


def end_overdue(rows: QuerySet[UserSession] | None = None) -> int:
    """End the sessions that are past a limit, and return their number. Safe to run twice."""
    now = clock.now()
    candidates = UserSession.objects.all() if rows is None else rows
    overdue = candidates.filter(
        Q(created_at__lt=now - max_age()) | Q(last_seen_at__lt=now - max_idle_time())
    ).select_related("user")
    by_account = groupby(overdue.order_by("user_id"), key=lambda row: row.user)
    return sum([end_sessions(account, list(account_rows)) for account, account_rows in by_account])


def forget_expired() -> None:
    """Delete expired session rows, also those of visitors who never signed in."""
    SessionStore.clear_expired()


def stored_key_of(request: HttpRequest) -> str:
    """Return what the tables hold instead of this session's key."""
    return stored_key(request.session.session_key)


def _delete_device(request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=stored_key_of(request)).delete()


def end_current_session(request: HttpRequest) -> None:
    """End the session of this request. Safe to call twice."""
    account = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    _delete_device(request)
    logout(request)
    if account is not None:
        _announce_end(account, [sid])


def end_all_sessions(account: Account) -> int:
    """End all sessions of an account and return how many there were."""
    return end_sessions(account, UserSession.objects.filter(user=account))


def end_sessions(account: Account, rows: Iterable[UserSession]) -> int:
    """End these sessions of an account, on any device; return their number."""
    ended = list(rows)
    with transaction.atomic():
        SessionStore.delete_stored(row.session_key for row in ended)
        UserSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    _announce_end(account, [row.data.get(facts.SID, "") for row in ended])
    return len(ended)


def _announce_end(account: Account, sids: Iterable[str]) -> None:
    known_sids = [sid for sid in sids if sid]
    if known_sids:
        signals.sessions_ended.send(sender=Account, account=account, sids=known_sids)

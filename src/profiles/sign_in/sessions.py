"""Sessions: opened with proof, named by a ``sid``, listed for their owner, and ended in one place.

allauth's table of sessions holds device and last use; our ``sid`` stands in its ``data``, so that
whoever ends a session elsewhere can name it without opening it.
"""

import secrets
from collections.abc import Iterable
from importlib import import_module
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from profiles.accounts import session_facts as facts
from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sign_in.verification import Identity

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
SID_BYTES: Final = 24
_LONGEST_DEVICE: Final = 200


def open_session(request: HttpRequest, account: Account, identity: Identity) -> None:
    """Sign the person in: the session gets a new key, and says when and how they proved who they are.

    Whoever was signed in here before is signed out by it. The same person proving themselves anew keeps
    their ``sid``, so that what hangs on it lives on.
    """
    before = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    if before is not None and before.pk != account.pk:
        end_this(request)
        sid = ""
    _forget_key(request.session.session_key)
    if sid:
        # login() gives a new key only where nobody, or somebody else, was signed in.
        request.session.cycle_key()
    login(request, account, backend=BACKEND)
    _write_facts(request, identity, sid=sid or secrets.token_urlsafe(SID_BYTES))
    _note_device(request, account)
    signals.signed_in.send(sender=Account, request=request, account=account)


def _write_facts(request: HttpRequest, identity: Identity, *, sid: str) -> None:
    session = request.session
    session[facts.SID] = sid
    session[facts.AUTH_TIME] = identity.auth_time or 0
    session[facts.AMR] = list(identity.amr)
    session[facts.PROVIDER] = identity.provider
    session.setdefault(facts.SIGNED_IN_AT, clock.now().timestamp())
    session.pop(facts.SECOND_FACTOR_AT, None)


def _note_device(request: HttpRequest, account: Account) -> None:
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": account,
            "ip": request.META.get("REMOTE_ADDR") or "0.0.0.0",  # noqa: S104  an address unknown, not bound
            "user_agent": request.headers.get("User-Agent", "")[:_LONGEST_DEVICE],
            "data": {facts.SID: facts.sid_of(request.session)},
        },
    )


def _forget_key(session_key: str | None) -> None:
    UserSession.objects.filter(session_key=session_key or "").delete()


def end_this(request: HttpRequest) -> None:
    """Sign out here; twice does no harm."""
    account = request.user if isinstance(request.user, Account) else None
    sid = facts.sid_of(request.session)
    _forget_key(request.session.session_key)
    logout(request)
    if account is not None:
        _tell(account, [sid])


def end_all_of(account: Account, *, but: str | None = None) -> int:
    """End all sessions of somebody, except the one with the key ``but``, and say how many there were."""
    return end_sessions(account, UserSession.objects.filter(user=account).exclude(session_key=but or ""))


def end_sessions(account: Account, rows: Iterable[UserSession]) -> int:
    """End these sessions of somebody, wherever they are open."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    ended = list(rows)
    with transaction.atomic():
        for row in ended:
            store.delete(row.session_key)
            row.delete()
    _tell(account, [row.data.get(facts.SID, "") for row in ended])
    return len(ended)


def _tell(account: Account, sids: Iterable[str]) -> None:
    named = [sid for sid in sids if sid]
    if named:
        signals.sessions_ended.send(sender=Account, account=account, sids=named)

"""The session store, and the backend that loads the account of a session.

Every page of a signed-in person reads both. They use Django's session table and rules, with two differences.
The cookie holds the session's key and the table its hash, so that a copy of the database opens no session.
The two reads are prepared statements (``infra.postgres.prepared``), because they were half of what a sign-in
to a service cost; the first also reads the device of the session, which each page asks about.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of_session
from profiles.infra import clock
from profiles.infra.postgres import prepared

_SESSION = prepared.Rows(
    "FROM django_session s LEFT JOIN usersessions_usersession u USING (session_key)"
    " WHERE s.session_key = %(key)s AND s.expire_date > %(now)s",
    s=Session,
    u=UserSession,
)


def stored_key(session_key: str | None) -> str:
    """Return what the tables hold instead of a session key: 160 bits of its hash, as wide as the column."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's sessions in the database; named by ``SESSION_ENGINE``."""

    device: UserSession | None = None
    """Where the session is open and when it was last used, as read together with it."""

    def _get_session_from_db(self) -> Session | None:
        # Our keys are letters and digits. A cookie may hold anything, also what PostgreSQL refuses.
        key = self.session_key or ""
        is_ours = key.isascii() and key.isalnum()
        row = _SESSION.first({"key": stored_key(key), "now": clock.now()}) if is_ours else None
        if row is None:
            self._session_key = None
            return None
        session: Session
        session, self.device = row
        return session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row that is written for this session."""
        row = cast("Session", super().create_model_instance(data))
        row.session_key = stored_key(row.session_key)
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  Django's signature
        """Store the session.

        Django takes any refusal of the database for a session that was deleted meanwhile, and answers 400. A
        database that is away is reported as such, so that the person gets the page for it.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise

    def exists(self, session_key: str) -> bool:
        """Tell whether a session has this key."""
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this key; without a key, this session."""
        key = session_key or self.session_key
        if key:
            self.delete_stored([stored_key(key)])

    @classmethod
    def delete_stored(cls, stored_keys: Iterable[str]) -> None:
        """Delete sessions by their stored keys."""
        Session.objects.filter(session_key__in=list(stored_keys)).delete()


class Backend(ModelBackend):
    """Finds the account of a session; named by ``AUTHENTICATION_BACKENDS``."""

    def get_user(self, user_id: Any) -> Account | None:
        """Return the account, unless it is disabled."""
        account = account_of_session(user_id)
        return account if account and self.user_can_authenticate(account) else None

"""What every page of somebody who is signed in reads first: the session, and whose it is.

Django's own session table and its own rules; only the two reads are prepared statements (``infra.prepared``),
because they were half of what a sign-in to a service cost.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.infra.postgres import prepared

_SESSION = prepared.Rows(
    "FROM django_session s WHERE s.session_key = %(key)s AND s.expire_date > %(now)s", s=Session
)
_ACCOUNT = prepared.Rows("FROM accounts_account a WHERE a.id = %(id)s", a=Account)


class SessionStore(db.SessionStore):
    """Django's sessions in the database; named by ``SESSION_ENGINE``."""

    def _get_session_from_db(self) -> Session | None:
        # We give out letters and digits. In a cookie anything may come, also what PostgreSQL does not take.
        key = self.session_key or ""
        is_ours = key.isascii() and key.isalnum()
        found = _SESSION.first({"key": key, "now": clock.now()}) if is_ours else None
        if found is None:
            self._session_key = None
            return None
        session: Session = found[0]
        return session


class Backend(ModelBackend):
    """Finds the account of a session; named by ``AUTHENTICATION_BACKENDS``."""

    def get_user(self, user_id: Any) -> Account | None:
        """Return the account, unless it is switched off."""
        found = _ACCOUNT.first({"id": user_id})
        return found[0] if found and self.user_can_authenticate(found[0]) else None

"""The signed-in person, their session, and how they authenticated."""

import secrets

from django.http import HttpRequest

from profiles.accounts import session_facts as facts
from profiles.accounts.models import Account
from profiles.domain.access.assurance import acr_of
from profiles.sso.protocol.grants import Presence


def person_of(request: HttpRequest) -> Account | None:
    """Return the signed-in account, unless it is disabled or closed."""
    person = request.user
    return person if isinstance(person, Account) and person.is_active and not person.closed_at else None


def presence_of(request: HttpRequest) -> Presence:
    """Return the person's presence; a session without a ``sid`` gets one, because grants refer to it."""
    session = request.session
    if person_of(request) is None:
        return Presence()
    if not facts.sid_of(session):
        session[facts.SID] = secrets.token_urlsafe(24)
    amr, second = facts.amr_of(session), facts.second_factor_given(session)
    if second and "mfa" not in amr:
        amr = (*amr, "mfa")
    return Presence(facts.sid_of(session), facts.auth_time_of(session), amr, acr_of(amr), second)

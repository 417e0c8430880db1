"""What a session records about how the person signed in. Written at sign-in, read everywhere."""

from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from profiles.domain.access.roles import Role

STAFF: Final = frozenset({Role.STAFF_ADMIN.value, Role.STAFF_USER.value})

SID: Final = "sid"
"""Names the session to other services: random, and not the cookie's value, so it may be shown."""
AUTH_TIME: Final = "auth_time"
"""When the person last proved who they are, in seconds; 0 when their provider does not say."""
AMR: Final = "amr"
"""How they proved it, in the words of RFC 8176."""
PROVIDER: Final = "auth_provider"
SUBJECT: Final = "auth_subject"
"""By which identity of the provider the person came in."""
PROVIDER_EMAIL: Final = "auth_email"
"""The address that the provider named: only to fill in a form, because the person has not confirmed it."""
SIGNED_IN_AT: Final = "signed_in_at"
SECOND_FACTOR_AT: Final = "second_factor_at"
"""When a second factor was given here, to us; what a provider says of its own factors is only in ``amr``."""


def sid_of(session: SessionBase) -> str:
    """Return the name of this session, or an empty text when no one is signed in."""
    return str(session.get(SID, ""))


def auth_time_of(session: SessionBase) -> int:
    """Return when the person last authenticated, in seconds; 0 (long ago) makes every limit ask again."""
    return int(session.get(AUTH_TIME, 0))


def provider_of(session: SessionBase) -> str:
    """Return the identity provider by which the person came in, or an empty text."""
    return str(session.get(PROVIDER, ""))


def provider_email_of(session: SessionBase) -> str:
    """Return the e-mail address that the person's provider named, or an empty text."""
    return str(session.get(PROVIDER_EMAIL, ""))


def amr_of(session: SessionBase) -> tuple[str, ...]:
    """Say how the person proved who they are."""
    return tuple(session.get(AMR, ()))


def second_factor_given(session: SessionBase) -> bool:
    """Say whether a second factor was given in this session."""
    return bool(session.get(SECOND_FACTOR_AT))


def role_in(session: SessionBase, role: str) -> str:
    """Return the role in this session: staff without their second factor count as ordinary users."""
    is_closed = role in STAFF and not second_factor_given(session)
    return Role.USER.value if is_closed else role

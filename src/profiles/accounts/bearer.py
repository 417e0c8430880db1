"""Authenticate bearer tokens of every kind.

Several kinds are accepted: the signed token of today's shared cookie, which DataCite's services send us;
and those that other packages register here when they start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from profiles.accounts import keys
from profiles.accounts.models import Account
from profiles.accounts.selectors import caller_with
from profiles.accounts.session_facts import STAFF
from profiles.domain.access.access_key_format import KeyKind
from profiles.domain.access.roles import Act, Role, Visitor, covers, role_of_a_personal_key
from profiles.infra import clock


def owner_of_party(client_id: str) -> str:
    """Name the owner of what a relying party makes when it acts for itself."""
    return f"party:{client_id}"


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: a person, or a service with a key.

    ``scopes`` None means all that the person may do themselves; otherwise the words of
    ``domain.roles.Scope``, unknown ones give no right. ``name`` stands in
    ``X-Credential-Username``; ``repository`` and ``member`` say to whose DOIs a machine's key is bound.
    """

    name: str
    account: Account | None = None
    role: str = "user"
    scopes: frozenset[str] | None = None
    key_id: int | None = None
    repository: str = ""
    member: str = ""
    through: str = ""
    """The service that calls on the person's behalf, by an access token."""

    def allows(self, act: Act) -> bool:
        """Tell whether the token covers this act."""
        return self.scopes is None or covers(self.scopes, act)

    @property
    def owner(self) -> str:
        """Whose what they make is: an iD, a key of this name, or a service that signs people in here.

        Names of keys outlive the keys, and a relying party may have an identifier that is a key's name.
        """
        is_party = self.account is None and self.key_id is None
        return owner_of_party(self.name) if is_party else self.name

    @property
    def actor(self) -> str:
        """Who this is in histories: with the key, or the service in between, where there was one."""
        if self.through:
            return f"{self.name} (by {self.through})"
        return self.name if self.key_id is None else f"{self.name} (key {self.key_id})"


Check = Callable[[str], Caller | None]
_checks: Final[list[Check]] = []


def accept(check: Check) -> None:
    """Register a further kind of token; the check returns None for tokens of other kinds."""
    if check not in _checks:
        _checks.append(check)


def authenticate_bearer(token: str) -> Caller | None:
    """Return the caller of a token, or None when it is unknown or expired."""
    if not token:
        return None
    for check in (_access_key, _shared_token, *_checks):
        caller = check(token)
        if caller is not None:
            return caller
    return None


def _access_key(token: str) -> Caller | None:
    """Check a personal or service key."""
    key = keys.usable_key(token)
    if key is None:
        return None
    scopes = frozenset(key.scopes)
    if key.kind == KeyKind.PERSONAL.value and key.account is not None:
        role = role_of_a_personal_key(key.account.role)
        return Caller(key.account.orcid_id, key.account, role, scopes, key.pk)
    bound = bool(key.repository or key.member)
    role = (Visitor.REPOSITORY if bound else Visitor.SERVICE).value
    return Caller(key.name, None, role, scopes, key.pk, key.repository, key.member)


def _shared_key() -> RSAKey | None:
    pem = settings.ENVIRONMENT.JWT_PUBLIC_KEY
    return _parsed(pem) if pem else None


@cache
def _parsed(pem: str) -> RSAKey:
    """Parse a key once: doing so at each call costs 37 ms."""
    return RSAKey.import_key(pem)


def _shared_token(token: str) -> Caller | None:
    """Check the shared cookie's token: RS256, not expired. The role in it gives nothing; our row's counts.

    It takes away: staff have their rights only where the token was made after their second factor.
    """
    key = _shared_key()
    if key is None or token.count(".") != 2:  # noqa: PLR2004  the three parts of a signed token
        return None
    try:
        content = jwt.decode(token, key, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        return None
    expires = content.get("exp")
    if not isinstance(expires, int | float) or expires <= clock.now().timestamp():
        return None
    account = caller_with(str(content.get("uid") or ""))
    if account is None:
        return None
    role = account.role
    if role in STAFF and content.get("role_id") != role:
        role = Role.USER.value
    return Caller(name=account.orcid_id, account=account, role=role)

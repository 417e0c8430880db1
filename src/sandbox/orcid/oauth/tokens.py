"""Codes and tokens: issue, look up and revoke them."""

import secrets
import string
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

TWENTY_YEARS: Final = 631_138_518
CODE_LIFE: Final = 24 * 3600
_CODE_LETTERS: Final = string.ascii_letters + string.digits

CLIENT_REVOKED: Final = "CLIENT_REVOKED"
USER_REVOKED: Final = "USER_REVOKED"
RECORD_DEACTIVATED: Final = "RECORD_DEACTIVATED"
AUTH_CODE_REUSED: Final = "AUTH_CODE_REUSED"
REFRESHED: Final = "REFRESHED"


@dataclass(slots=True)
class Code:
    """An authorization code, which can be exchanged once."""

    value: str
    client_id: str
    orcid_id: str
    redirect_uri: str
    scopes: frozenset[str]
    made_at: float
    signed_in_at: float
    nonce: str | None = None
    has_challenge: bool = False
    used: bool = False


@dataclass(slots=True)
class Token:
    """An access token with its refresh token."""

    access: str
    refresh: str
    client_id: str
    orcid_id: str | None
    scopes: frozenset[str]
    made_at: float
    expires_at: float
    code: str | None = None
    disabled: str | None = None

    def is_live(self, now: float) -> bool:
        """Tell whether the token works for everything its scopes allow."""
        return self.disabled is None and now < self.expires_at


@dataclass(slots=True)
class TokenStore:
    """All codes and tokens, indexed by each lookup key."""

    codes: dict[str, Code] = field(default_factory=dict)
    by_access: dict[str, Token] = field(default_factory=dict)
    by_refresh: dict[str, Token] = field(default_factory=dict)
    _by_code: defaultdict[str, list[Token]] = field(default_factory=lambda: defaultdict(list))
    _by_person: defaultdict[str, list[Token]] = field(default_factory=lambda: defaultdict(list))

    def add_code(self, code: Code) -> None:
        """Store a code."""
        self.codes[code.value] = code

    def issue(
        self,
        *,
        client_id: str,
        orcid_id: str | None,
        scopes: frozenset[str],
        now: float,
        lasts: float = TWENTY_YEARS,
        code: str | None = None,
        access: str | None = None,
    ) -> Token:
        """Issue a new pair of tokens."""
        token = Token(
            access=access or str(uuid.uuid4()),
            refresh=str(uuid.uuid4()),
            client_id=client_id,
            orcid_id=orcid_id,
            scopes=scopes,
            made_at=now,
            expires_at=now + lasts,
            code=code,
        )
        self.by_access[token.access] = token
        self.by_refresh[token.refresh] = token
        if code:
            self._by_code[code].append(token)
        if orcid_id:
            self._by_person[orcid_id].append(token)
        return token

    def of_code(self, code: str) -> Iterable[Token]:
        """Return the tokens that came from one code."""
        return self._by_code.get(code, ())

    def of_person(self, orcid_id: str, client_id: str | None = None) -> list[Token]:
        """Return the tokens of a person, optionally only those of one client."""
        return [
            token
            for token in self._by_person.get(orcid_id, ())
            if client_id is None or token.client_id == client_id
        ]

    def find(self, text: str) -> Token | None:
        """Find a token by its access or its refresh value."""
        return self.by_access.get(text) or self.by_refresh.get(text)

    def has_live(self, orcid_id: str, client_id: str, scopes: frozenset[str], now: float) -> bool:
        """Tell whether this person currently grants this client exactly these scopes."""
        return any(
            token.scopes == scopes and token.is_live(now) for token in self.of_person(orcid_id, client_id)
        )


def disable(tokens: Iterable[Token], reason: str) -> int:
    """Disable the tokens that still work; return their number."""
    count = 0
    for token in tokens:
        if token.disabled is None:
            token.disabled = reason
            count += 1
    return count


def new_code_value() -> str:
    """Return six letters and digits."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))

"""The contents of each scope, and the clients that may have it."""

from functools import cache
from typing import Final

_READ_LIMITED: Final = "/read-limited"
_CONTAINS: Final[dict[str, tuple[str, ...]]] = {
    "openid": ("/authenticate",),
    "/authenticate": ("/read-public",),
    _READ_LIMITED: ("/activities/read-limited", "/person/read-limited"),
    "/activities/read-limited": (
        "/orcid-works/read-limited",
        "/funding/read-limited",
        "/affiliations/read-limited",
        "/peer-review/read-limited",
    ),
    "/person/read-limited": ("/read-public",),
    "/orcid-works/read-limited": ("/read-public",),
    "/funding/read-limited": ("/read-public",),
    "/affiliations/read-limited": ("/read-public",),
    "/peer-review/read-limited": ("/read-public",),
    # Updating does not include reading limited items.
    "/activities/update": (
        "/orcid-works/create",
        "/orcid-works/update",
        "/funding/create",
        "/funding/update",
        "/affiliations/create",
        "/affiliations/update",
        "/peer-review/create",
        "/peer-review/update",
    ),
    "/orcid-works/create": ("/read-public",),
    "/orcid-works/update": ("/read-public",),
    "/funding/create": ("/read-public",),
    "/funding/update": ("/read-public",),
    "/affiliations/create": ("/read-public",),
    "/affiliations/update": ("/read-public",),
    "/peer-review/create": ("/read-public",),
    "/peer-review/update": ("/read-public",),
    "/person/update": ("/orcid-bio/update",),
    "/orcid-bio/update": ("/orcid-bio/external-identifiers/create",),
    "/orcid-bio/external-identifiers/create": ("/read-public",),
    "/read-public": (),
    "/webhook": (),
    "/premium-notification": (),
    "/group-id-record/read": (),
    "/group-id-record/update": (),
    "/orcid-profile/create": (),
}
KNOWN: Final = frozenset(_CONTAINS)
CLIENT_ONLY: Final = frozenset(
    (
        "/read-public",
        "/webhook",
        "/premium-notification",
        "/group-id-record/read",
        "/group-id-record/update",
        "/orcid-profile/create",
    ),
)
# Asked for by habit from OpenID libraries; ORCID drops them without a word.
DROPPED_STANDARD: Final = frozenset(("profile", "email", "address", "phone", "offline_access"))
DROPPED_CLIENT_ONLY: Final = frozenset(("/read-public", "/webhook", "/orcid-profile/create"))

_PUBLIC_CLIENT: Final = frozenset(("/authenticate", "/read-public", "openid"))
_BASIC: Final = KNOWN - {"/webhook", "/premium-notification"}
ENTITLED: Final[dict[str, frozenset[str]]] = {
    "public": _PUBLIC_CLIENT,
    "basic": _BASIC,
    # /premium-notification is in no client type: ORCID's staff add it individually.
    "premium": _BASIC | {"/webhook"},
}

IN_WORDS: Final[dict[str, str]] = {
    "openid": "Get your ORCID iD",
    "/authenticate": "Get your ORCID iD",
    _READ_LIMITED: "Read your information with visibility set to trusted organisations",
    "/activities/read-limited": "Read your activities with visibility set to trusted organisations",
    "/person/read-limited": "Read your personal information with visibility set to trusted organisations",
    "/activities/update": "Add and update your research activities (works, affiliations and so on)",
    "/orcid-works/create": "Add works to your record",
    "/orcid-works/update": "Add and update works on your record",
    "/person/update": "Add and update other information about you (country, keywords and so on)",
}


@cache
def contained_in(scope: str) -> frozenset[str]:
    """Return a scope with everything it grants besides itself."""
    found = {scope}
    for inner in _CONTAINS.get(scope, ()):
        found |= contained_in(inner)
    return frozenset(found)


@cache
def granted_by(held: frozenset[str]) -> frozenset[str]:
    """Return all that these scopes grant together."""
    return frozenset().union(*(contained_in(scope) for scope in held))


class ScopeRefusedError(Exception):
    """Raised when a scope is unknown or not allowed for this client; the text is the scope."""


def cleaned(asked: str, *, entitled: frozenset[str]) -> frozenset[str]:
    """Return the scopes of an authorize request as ORCID understands them.

    Raises:
        ScopeRefusedError: one is unknown or not for this client, or none is left.
    """
    wanted = set(asked.split()) - DROPPED_STANDARD - DROPPED_CLIENT_ONLY
    for scope in sorted(wanted):
        if scope not in entitled or scope in CLIENT_ONLY:
            raise ScopeRefusedError(scope)
    if not wanted:
        raise ScopeRefusedError(asked)
    return frozenset(wanted)

"""How strongly a person authenticated: REFEDS profiles, derived from authentication methods (RFC 8176)."""

from collections.abc import Iterable
from typing import Final

MFA: Final = "https://refeds.org/profile/mfa"
SFA: Final = "https://refeds.org/profile/sfa"
_SECOND_FACTORS: Final = frozenset({"mfa", "otp", "hwk", "sc"})


def acr_of(amr: Iterable[str]) -> str:
    """Return the assurance profile; empty when it is unknown."""
    methods = set(amr)
    if _SECOND_FACTORS & methods:
        return MFA
    return SFA if methods else ""


def wants_mfa(acr_values: str) -> bool:
    """Tell whether ``acr_values`` asks for a second factor."""
    return MFA in acr_values.split()

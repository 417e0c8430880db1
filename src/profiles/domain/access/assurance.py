"""How strongly somebody signed in, in the words of REFEDS, told from how they did (RFC 8176)."""

from collections.abc import Iterable
from typing import Final

MFA: Final = "https://refeds.org/profile/mfa"
SFA: Final = "https://refeds.org/profile/sfa"
_SECOND_FACTORS: Final = frozenset({"mfa", "otp", "hwk", "sc"})


def acr_of(amr: Iterable[str]) -> str:
    """Say how strong it was; empty where nobody told us."""
    methods = set(amr)
    if _SECOND_FACTORS & methods:
        return MFA
    return SFA if methods else ""


def wants_mfa(acr_values: str) -> bool:
    """Say whether a list of wishes, as ``acr_values`` carries it, asks for a second factor."""
    return MFA in acr_values.split()

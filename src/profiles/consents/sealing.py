"""How a token is bound to its person and purpose: sealed for one, it opens for no other."""

from profiles.consents.models import Consent, Departure, Revocation


def seal_purpose(orcid_id: str, purpose: str) -> str:
    """Name what a token is sealed for (the vault's ``purpose``)."""
    return f"orcid-token:{orcid_id}:{purpose}"


def purpose_of(row: Consent | Revocation) -> str:
    """Name what a row's tokens are sealed for."""
    return seal_purpose(row.orcid_id, row.purpose)


def purpose_of_departure(departure: Departure) -> str:
    """Return the purpose under which data of a closed account are sealed."""
    return f"departure:{departure.uuid}"

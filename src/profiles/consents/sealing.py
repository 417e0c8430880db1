"""Seal purposes of tokens: a token that is sealed for one person and purpose opens for no other."""

from profiles.consents.models import Consent, Departure, Revocation


def seal_purpose(orcid_id: str, purpose: str) -> str:
    """Return the vault's ``purpose`` for a token."""
    return f"orcid-token:{orcid_id}:{purpose}"


def purpose_of(row: Consent | Revocation) -> str:
    """Return the vault's ``purpose`` for the tokens of a row."""
    return seal_purpose(row.orcid_id, row.purpose)


def purpose_of_departure(departure: Departure) -> str:
    """Return the vault's ``purpose`` for the data of a closed account."""
    return f"departure:{departure.uuid}"

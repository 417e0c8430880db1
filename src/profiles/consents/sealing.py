"""How a token is bound to its person and purpose: sealed for one, it opens for no other."""


def seal_purpose(orcid_id: str, purpose: str) -> str:
    """Name what a token is sealed for (the vault's ``purpose``)."""
    return f"orcid-token:{orcid_id}:{purpose}"

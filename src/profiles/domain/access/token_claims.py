"""Token claims: what a token says about a person. They are not claims (see the glossary)."""

from typing import Any


def shared_cookie_claims(
    *,
    orcid_id: str,
    name: str,
    email: str | None,
    role: str,
    beta_tester: bool,
    has_permission: bool,
    issued_at: int,
    lifetime: int,
) -> dict[str, Any]:
    """Return what the token in the shared cookie says, as today's consumers read it.

    Absent instead of null; never without a name, because Commons takes such a person for signed out; and
    never ``password``, ``provider_id`` or ``client_id``, from which the DataCite API would take rights.
    """
    said: dict[str, Any] = {
        "uid": orcid_id,
        "name": name or orcid_id,
        "email": email,
        "role_id": role,
        "beta_tester": beta_tester,
        "has_orcid_token": has_permission,
        "features": {"delete-doi": False},
        "iat": issued_at,
        "exp": issued_at + lifetime,
    }
    return {key: value for key, value in said.items() if value is not None}

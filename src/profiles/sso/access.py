"""Authenticate access tokens at our own APIs."""

from profiles.accounts.bearer import Caller
from profiles.domain.access.roles import Visitor, role_of_a_personal_key
from profiles.sso.protocol import grants


def authenticate_access_token(token: str) -> Caller | None:
    """Return the caller of an access token; its scopes only restrict what the caller may do.

    A person's token has the rights of a researcher: staff rights need a page session with a second factor.
    """
    if not token.startswith(grants.ACCESS_PREFIX):
        return None
    stored_token = grants.token_of(token)
    if stored_token is None or stored_token.is_refresh or not grants.is_alive(stored_token):
        return None
    person, party, scopes = (
        stored_token.grant.account,
        stored_token.grant.party,
        frozenset(stored_token.scope.split()),
    )
    if person is None:
        return Caller(name=party.client_id, role=Visitor.SERVICE.value, scopes=scopes)
    role = role_of_a_personal_key(person.role)
    return Caller(name=person.orcid_id, account=person, role=role, scopes=scopes, through=party.client_id)

"""Access tokens at our own APIs."""

from profiles.accounts.bearer import Caller
from profiles.domain.access.roles import Visitor, role_of_a_personal_key
from profiles.sso.protocol import grants


def caller_behind(token: str) -> Caller | None:
    """Return who calls with an access token; its scopes narrow what they may do, and never give anything.

    A person's token does what every researcher's does: staff's rights stay before a page, where a second
    factor was asked for.
    """
    if not token.startswith(grants.ACCESS_PREFIX):
        return None
    held = grants.token_of(token)
    if held is None or held.is_refresh or not grants.is_alive(held):
        return None
    person, party, scopes = held.grant.account, held.grant.party, frozenset(held.scope.split())
    if person is None:
        return Caller(name=party.client_id, role=Visitor.SERVICE.value, scopes=scopes)
    role = role_of_a_personal_key(person.role)
    return Caller(name=person.orcid_id, account=person, role=role, scopes=scopes, through=party.client_id)

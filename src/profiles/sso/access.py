"""Access tokens at our own APIs."""

from profiles.accounts.bearer import Caller
from profiles.domain.roles import Visitor
from profiles.sso import grants
from profiles.sso.scopes import acts_of


def caller_behind(token: str) -> Caller | None:
    """Return who calls with an access token, and what its scopes let them do."""
    if not token.startswith(grants.ACCESS_PREFIX):
        return None
    held = grants.token_of(token)
    if held is None or held.is_refresh or not grants.is_alive(held):
        return None
    person, party = held.grant.account, held.grant.party
    if person is None:
        return Caller(name=party.client_id, role=Visitor.SERVICE.value, scopes=acts_of(held.scope))
    return Caller(name=person.orcid_id, account=person, role=person.role, scopes=acts_of(held.scope))

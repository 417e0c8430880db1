"""Check a call of the member API: bearer, record, state of the record, client, scope."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.orcid.oauth import scopes
from sandbox.orcid.oauth.tokens import USER_REVOKED, Token
from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.people import CLAIM_WAIT, Client, Person, RecordStatus
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire.errors import OrcidError

READ_LIMITED_WORKS: Final = "/orcid-works/read-limited"


class BearerRefusedError(Exception):
    """Raised when the bearer token is refused: always JSON in OAuth's format, whatever Accept says."""

    def __init__(self, status: int, error: str, description: str) -> None:
        """Take the error code and its description."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a call, and its token."""

    client: Client
    token: Token

    def may(self, *wanted: str) -> bool:
        """Tell whether the token grants any of these scopes."""
        granted = scopes.granted_by(self.token.scopes)
        return any(scope in granted for scope in wanted)

    def require(self, *wanted: str) -> None:
        """Require one of these scopes.

        Raises:
            OrcidError: 9017, a public client may not be here at all; 9038, none of them is granted.
        """
        if self.client.kind == "public":
            raise OrcidError(9017, "The client application is not a member")
        if not self.may(*wanted):
            raise OrcidError(9038)


def bearer(request: web.Request) -> str | None:
    """Return the token as it was sent: header or request parameter."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return request.query.get("access_token")


def caller(request: web.Request, state: OrcidState) -> Caller:
    """Find the token and its client.

    A token that its owner took back still works for DELETE, so that members can clean up.

    Raises:
        BearerRefusedError: there is no token, or it is dead. The dead token is repeated in the answer.
    """
    text = bearer(request)
    if not text:
        raise BearerRefusedError(403, "forbidden", "Full authentication is required to access this resource")
    token = state.tokens.by_access.get(text)
    now = state.now()
    cleaning_up = (
        token is not None
        and token.disabled == USER_REVOKED
        and request.method == "DELETE"
        and now < token.expires_at
    )
    if state.options.introspection_down or token is None or not (token.is_live(now) or cleaning_up):
        raise BearerRefusedError(401, "invalid_token", f"Invalid access token: {text}")
    return Caller(state.clients[token.client_id], token)


def check_target(who: Caller, orcid_id: str) -> None:
    """Refuse a token of another record.

    Raises:
        OrcidError: 9017.
    """
    owner = who.token.orcid_id
    if owner is not None and v.RECORD_ID.fullmatch(orcid_id) and owner != orcid_id:
        raise OrcidError(9017, "Access token is for a different record")


def open_record(
    state: OrcidState, orcid_id: str, *, who: Caller | None, method: str, deactivated_too: bool = False
) -> Person:
    """Return the person if the record and the client are usable.

    Raises:
        OrcidError: 9016 unknown, 9007 deprecated, 9036 unclaimed, 9018 locked, 9044 deactivated, 9057 client.
    """
    person = state.people.get(orcid_id)
    if person is None:
        raise OrcidError(9016, f"ORCID iD {orcid_id} not found")
    if person.status is RecordStatus.DEPRECATED:
        raise OrcidError(
            9007,
            status=301 if method == "GET" else 409,
            location=f"/v3.0/{person.primary}",
            orcid=person.primary,
        )
    if person.status is RecordStatus.UNCLAIMED and not _may_touch_unclaimed(state, person, who):
        raise OrcidError(9036, orcid=orcid_id)
    if person.status is RecordStatus.LOCKED:
        raise OrcidError(9018, orcid=orcid_id)
    if person.status is RecordStatus.DEACTIVATED and not deactivated_too:
        raise OrcidError(9044, orcid=orcid_id)
    if who is not None and who.client.status != "active":
        raise OrcidError(9057, client=who.client.client_id)
    return person


def _may_touch_unclaimed(state: OrcidState, person: Person, who: Caller | None) -> bool:
    old_enough = state.now() - person.created_at >= CLAIM_WAIT
    return old_enough or (who is not None and who.client.client_id == person.creator)

"""Read a row of the previous service's claims."""

import re
import uuid as uuids
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from profiles.domain import problems
from profiles.domain.claim import PUSHABLE, ClaimAction, ClaimState, Origin
from profiles.domain.ids import exact_doi, parse_doi, parse_orcid_id
from profiles.domain.moving_in.errors import NO_ERROR, MovedError, read_error
from profiles.domain.moving_in.oddities import Oddity
from profiles.domain.moving_in.values import Row, RowReader

CLAIMS_COLUMNS: Final = (
    "id", "uuid", "orcid", "doi", "source_id", "claim_action", "aasm_state", "put_code", "claimed_at",
    "error_messages", "created_at", "updated_at",
)  # fmt: skip
CLAIMS_NEED: Final = tuple(c for c in CLAIMS_COLUMNS if c not in {"claimed_at", "error_messages"})
CUT_OFF: Final = 2**31 - 1
"""The largest number of today's column: newer put-codes did not fit and became this."""
_STUCK_AFTER: Final = timedelta(days=1)
_PLAIN_DOI: Final = re.compile(r"10\.\d{4,9}/[a-z0-9._;()/:-]+", re.ASCII)
_NEW_UUIDS: Final = uuids.UUID("5f3a4c7e-9a52-4d63-8f0c-6b8f5d3b1a70")
"""Names for claims without a usable UUID: the same row gets the same one in every import."""
_MAX_NUMBER: Final = 2**63


class Presence(StrEnum):
    """What the row says about the work on the ORCID record."""

    ABSENT = "absent"
    """Nothing of the claim is there, as far as is known."""
    ON_RECORD = "on-record"
    """The previous service put it there."""
    UNCLEAR = "unclear"
    """The previous service may have sent it; the record is read before anything is sent."""


class MovedClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim as it moves in. ``put_code`` None with a work on the record: it is found by its DOI later."""

    number: int
    uuid: uuids.UUID
    orcid_id: str
    doi: str
    origin: Origin
    action: ClaimAction
    state: ClaimState
    presence: Presence
    put_code: int | None
    problem: str
    detail: str
    claimed_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def rank(self) -> tuple[bool, datetime, int]:
        """The order among claims for the same work: the greatest counts."""
        return self.put_code is not None, self.updated_at, self.number

    @property
    def is_due(self) -> bool:
        """Whether a worker is to send it."""
        return self.state in PUSHABLE

    def renamed(self) -> "MovedClaim":
        """Return the claim under another UUID, because another claim has this one."""
        return msgspec.structs.replace(self, uuid=new_uuid(self.number))


def new_uuid(number: int) -> uuids.UUID:
    """Return the UUID for a row that has none of its own."""
    return uuids.uuid5(_NEW_UUIDS, str(number))


def read_claim(row: Row, *, now: datetime) -> tuple[MovedClaim | None, list[Oddity]]:
    """Return the claim of a row, or None when the row is left out, and what is unusual about it."""
    reader = RowReader(row, now=now)
    number, written = row.get("id") or "", row.get("doi") or ""
    if not number.isdecimal() or int(number) >= _MAX_NUMBER:
        return None, [Oddity.ROW_UNREADABLE]
    orcid_id = parse_orcid_id(row.get("orcid") or "")
    if orcid_id is None:
        return None, [Oddity.CLAIM_WITHOUT_ID]
    doi = written if _PLAIN_DOI.fullmatch(written) else exact_doi(reader.raw("doi")) or parse_doi(written)
    if doi is None:
        return None, [Oddity.DOI_UNREADABLE]
    kinds = _kinds(row)
    if isinstance(kinds, Oddity):
        return None, [kinds]
    if doi != written:
        reader.note(Oddity.DOI_OTHER_FORM)
    created = reader.date("created_at") or reader.date("updated_at") or now
    updated = reader.date("updated_at") or created
    origin, action, state = kinds
    error = _error(reader, row.get("error_messages") or "")
    claim = MovedClaim(
        number=int(number),
        uuid=_uuid(reader, row.get("uuid") or "", int(number)),
        orcid_id=orcid_id,
        doi=doi,
        origin=origin,
        action=action,
        state=_state(reader, state, updated, now),
        presence=Presence.ABSENT,
        put_code=_put_code(reader, row.get("put_code") or "", state),
        problem=_problem(reader, state, error),
        detail=error.detail,
        claimed_at=None if state is ClaimState.DELETED else reader.date("claimed_at"),
        created_at=created,
        updated_at=updated,
    )
    return msgspec.structs.replace(claim, presence=_presence(reader, claim)), reader.oddities


def _kinds(row: Row) -> tuple[Origin, ClaimAction, ClaimState] | Oddity:
    """Return origin, action and state; a value that does not exist names its oddity."""
    try:
        origin = _ORIGINS[(row.get("source_id") or "").strip()]
    except KeyError:
        return Oddity.SOURCE_UNKNOWN
    try:
        action = _ACTIONS[(row.get("claim_action") or ClaimAction.CREATE.value).strip()]
    except KeyError:
        return Oddity.ACTION_UNKNOWN
    state = _STATES.get((row.get("aasm_state") or "").strip())
    return (origin, action, state) if state else Oddity.STATE_UNKNOWN


_ORIGINS: Final = {origin.value: origin for origin in Origin}
_ACTIONS: Final = {action.value: action for action in ClaimAction}
_STATES: Final = {state.value: state for state in ClaimState}


def _state(reader: RowReader, state: ClaimState, updated: datetime, now: datetime) -> ClaimState:
    if state not in PUSHABLE:
        return state
    if now - updated > _STUCK_AFTER:
        reader.note(Oddity.CLAIM_STUCK)
    return ClaimState.WAITING


def _put_code(reader: RowReader, text: str, state: ClaimState) -> int | None:
    put_code = int(text) if text.isdecimal() else 0
    if put_code in {0, CUT_OFF} or put_code >= _MAX_NUMBER:
        return None
    if state is ClaimState.DELETED:
        reader.note(Oddity.PUT_CODE_OF_DELETED)
        return None
    return put_code


def _presence(reader: RowReader, claim: MovedClaim) -> Presence:
    if claim.put_code is not None:
        return Presence.ON_RECORD
    if claim.state is ClaimState.DONE:
        reader.note(Oddity.PUT_CODE_UNKNOWN)
        return Presence.ON_RECORD
    was_never_sent = claim.problem == problems.CONSENT_MISSING.code
    if claim.state in {ClaimState.DELETED, ClaimState.IGNORED, ClaimState.NOTIFIED} or was_never_sent:
        return Presence.ABSENT
    return Presence.UNCLEAR


def _error(reader: RowReader, text: str) -> MovedError:
    if not text:
        return NO_ERROR
    error = read_error(reader.raw("error_messages"))
    if not error.is_list:
        reader.note(Oddity.ERROR_UNREADABLE)
    if error.detail and error.problem is None:
        reader.note(Oddity.ERROR_UNKNOWN)
    return error


def _problem(reader: RowReader, state: ClaimState, error: MovedError) -> str:
    """Return the code of the problem: a claim that failed always has one."""
    if state is ClaimState.NOTIFIED:
        return problems.CONSENT_MISSING.code
    if state is not ClaimState.FAILED:
        return ""
    if error is NO_ERROR:
        reader.note(Oddity.ERROR_UNKNOWN)
    return (error.problem or problems.REQUEST_REFUSED).code


def _uuid(reader: RowReader, text: str, number: int) -> uuids.UUID:
    try:
        return uuids.UUID(text.strip())
    except ValueError:
        reader.note(Oddity.UUID_UNREADABLE)
        return new_uuid(number)

"""What to send to ORCID for a claim: the last place where the researcher's will is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimEvent, Origin
from profiles.domain.consent import PURPOSE_OF, Purpose
from profiles.domain.problem import Problem


class Step(StrEnum):
    """What is to be done on the ORCID record."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"
    FIND = "find"
    """Ask the record first: a lost answer may have left a work of ours there."""
    TAKE_OVER = "take-over"
    """Add the work with this client, and remove after that the entry that another client of ours holds."""
    STOP = "stop"
    """Nothing is to be sent; ``event`` says how the claim ends."""


NEEDS_CONTENT: Final = frozenset({Step.ADD, Step.UPDATE, Step.TAKE_OVER})
"""These can only be carried out with the DOI's metadata at hand."""
WRITE_SCOPES: Final = frozenset({"/activities/update", "/orcid-works/create", "/orcid-works/update"})
"""Any of these lets a client write works (ORCID contract 1.8.4)."""


AS_ON_RECORD: Final = b"as-on-record"
"""Instead of a digest of metadata: the work is on the record as another service of ours sent it. Its metadata
when they are next looked at count as those that were sent, so that taking over a service rewrites no work. A
work that is not there any more was removed by its owner."""
IF_ON_RECORD: Final = b"if-on-record"
"""The same for a work that the other service may have sent: it is added if it is not on the record."""
_SENT_BEFORE_US: Final = frozenset({AS_ON_RECORD, IF_ON_RECORD})


def inputs_of_found_work(sent_inputs: bytes | None) -> bytes | None:
    """Return the inputs of a work whose put-code was found on the record.

    The work may be older than what we sent; one of a service before ours is as that service sent it.
    """
    return AS_ON_RECORD if sent_inputs in _SENT_BEFORE_US else None


@dataclass(frozen=True, slots=True)
class Grant:
    """A usable permission: which ORCID client it belongs to and what it allows."""

    client_id: str
    scopes: frozenset[str]

    @property
    def may_write(self) -> bool:
        """Whether works may be written with it."""
        return not WRITE_SCOPES.isdisjoint(self.scopes)


class Situation(msgspec.Struct, frozen=True):
    """All that the plan depends on.

    ``digest`` is that of the work as it would be sent now, ``inputs`` that of what it would be made of;
    None when it is not known. A plan to update made without the digest has to be made again with it.
    ``in_doubt``: a removal of ours may have taken effect, so that nothing proves that the work is there.
    ``may_be_there``: it was sent, no answer was recorded, and the record could not be read since.
    ``is_stopped``: it is no longer to be added. ``after_restore``: because the database was restored, and the
    person may have removed the work since the backup.
    ``correcting``: a campaign of staff corrects works, also where their metadata are unchanged.
    ``owner_is_foreign``: the client that added the work is not one of ours, so that we cannot change it.
    ``owner_asks``: its owner asked for it and that was not carried out yet; they may have deleted it before.
    """

    action: ClaimAction
    origin: Origin
    put_code: int | None
    owner_client: str
    sent_digest: bytes | None
    started_before: bool
    removed_by_owner: bool
    blocked: bool
    auto_update_on: bool
    grants: Mapping[Purpose, Grant]
    digest: bytes | None = None
    inputs: bytes | None = None
    sent_inputs: bytes | None = None
    reassert: bool = False
    in_doubt: bool = False
    owner_asks: bool = False
    may_be_there: bool = False
    is_stopped: bool = False
    after_restore: bool = False
    owner_is_foreign: bool = False
    correcting: bool = False


class Plan(msgspec.Struct, frozen=True):
    """What to do. ``client_id`` names the ORCID client whose token does it."""

    step: Step
    client_id: str = ""
    put_code: int | None = None
    event: ClaimEvent | None = None
    problem: Problem | None = None


def plan_push(situation: Situation) -> Plan:
    """Say what to send, or why nothing is sent."""
    if situation.action is ClaimAction.DELETE or situation.blocked:
        return _removal(situation)
    if (stopped := _against_the_persons_will(situation)) is not None:
        return stopped
    if situation.owner_is_foreign:
        return _stop(ClaimEvent.SUCCEED, problems.WRONG_SOURCE)
    return _addition(situation)


def _against_the_persons_will(s: Situation) -> Plan | None:
    """Stop what the researcher does not want; their own click is always wanted.

    A click lifts what they removed before. Where that still stands, a service asked, whatever it calls it.
    """
    if s.removed_by_owner:
        return _nothing_added(s, skipped=problems.REMOVED_BY_OWNER)
    if s.after_restore and s.put_code is None and not s.may_be_there:
        return _stop(ClaimEvent.VANISH, problems.AFTER_RESTORE)
    if s.is_stopped:
        return _nothing_added(s)
    if s.grants and is_switched_off(s.origin, auto_update_on=s.auto_update_on):
        return _nothing_added(s, skipped=problems.AUTO_UPDATE_OFF, kept=problems.NOT_UPDATED)
    return None


def _nothing_added(s: Situation, *, skipped: Problem | None = None, kept: Problem | None = None) -> Plan:
    """Stop an addition: what is on the record stays there, and only what is surely not there is skipped."""
    if s.put_code is not None:
        return _stop(ClaimEvent.SUCCEED, kept)
    if s.may_be_there:
        return _stop(ClaimEvent.FAIL, problems.CONSENT_MISSING)
    return _stop(ClaimEvent.SKIP, skipped)


def is_switched_off(origin: Origin, *, auto_update_on: bool) -> bool:
    """Say whether additions and updates of this origin are stopped by the researcher's switch."""
    return origin is Origin.AUTO_UPDATE and not auto_update_on


def _removal(s: Situation) -> Plan:
    if s.put_code is None and not s.started_before:
        return _stop(ClaimEvent.REMOVE, problems.NOT_MINE if s.blocked else None)
    client_id = s.owner_client or _client_of(s)
    grant = _grant_of(s, client_id)
    if grant is None:
        return _stop(
            ClaimEvent.FAIL, problems.WRONG_SOURCE if s.owner_is_foreign else problems.CONSENT_MISSING
        )
    if s.put_code is None:
        return Plan(Step.FIND, client_id)
    return Plan(Step.REMOVE, client_id, s.put_code)


def _addition(s: Situation) -> Plan:
    if s.reassert and s.put_code is not None and s.owner_client != _client_of(s):
        return _taking_over(s)
    client_id = s.owner_client if s.put_code is not None else _client_of(s)
    grant = _grant_of(s, client_id)
    if grant is None:
        return _stop(ClaimEvent.FAIL, problems.CONSENT_MISSING)
    if not grant.may_write:
        return _stop(ClaimEvent.FAIL, problems.SCOPE_MISSING)
    if s.put_code is None:
        return Plan(Step.ADD, client_id)
    as_sent = _is_there(s.digest, s.sent_digest) or (
        not s.correcting
        and (
            _is_there(s.inputs, s.sent_inputs) or (s.sent_inputs in _SENT_BEFORE_US and s.inputs is not None)
        )
    )
    if as_sent and not (s.in_doubt or s.owner_asks):
        return _stop(ClaimEvent.SUCCEED, None)
    return Plan(Step.UPDATE, client_id, s.put_code)


def _taking_over(s: Situation) -> Plan:
    grants = [_grant_of(s, client_id) for client_id in (_client_of(s), s.owner_client)]
    if not all(grants):
        return _stop(ClaimEvent.FAIL, problems.CONSENT_MISSING)
    if not all(grant.may_write for grant in grants if grant):
        return _stop(ClaimEvent.FAIL, problems.SCOPE_MISSING)
    return Plan(Step.TAKE_OVER, _client_of(s), s.put_code)


def _is_there(now: bytes | None, sent: bytes | None) -> bool:
    return now is not None and now == sent


def _client_of(s: Situation) -> str:
    grant = s.grants.get(PURPOSE_OF[s.origin])
    return grant.client_id if grant else ""


def _grant_of(s: Situation, client_id: str) -> Grant | None:
    return next((grant for grant in s.grants.values() if grant.client_id == client_id), None)


def _stop(event: ClaimEvent, problem: Problem | None) -> Plan:
    return Plan(Step.STOP, event=event, problem=problem)

"""The rules of writing and reading works, in the order in which ORCID checks them."""

from typing import Final

from sandbox.orcid.oauth.access import READ_LIMITED_WORKS, Caller
from sandbox.orcid.records import rules
from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.comparison import is_unchanged
from sandbox.orcid.records.grammar import Document
from sandbox.orcid.records.people import Person, RecordStatus
from sandbox.orcid.records.records import Work, kept
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire.errors import OrcidError

MAX_IN_BULK: Final = 100
CREATE: Final = "/orcid-works/create"
UPDATE: Final = "/orcid-works/update"
READ_PUBLIC: Final = "/read-public"


def add(state: OrcidState, person: Person, who: Caller, sent: Document) -> Work:
    """Add one work.

    Raises:
        OrcidError: a broken rule, a full record, or a work of the same source with the same identifier.
    """
    rules.check_new_work(sent)
    _check_room(state, person, 1)
    _check_duplicate(state, person, who, sent)
    rules.check_roles(sent)
    return _store(state, person, who, sent)


def add_many(state: OrcidState, person: Person, who: Caller, sent: list[Document]) -> list[Work | OrcidError]:
    """Add a list of works, each with its own outcome, in the given order.

    Raises:
        OrcidError: the list as a whole does not fit: 9048 on the record, 9006 into one call.
    """
    _check_room(state, person, len(sent))
    if len(sent) > MAX_IN_BULK:
        raise OrcidError(9006, f"You are allowed to add up to {MAX_IN_BULK} elements per request.")
    outcomes: list[Work | OrcidError] = []
    for each in sent:
        try:
            rules.check_new_work(each)
            _check_duplicate(state, person, who, each, as_in_bulk=True)
            rules.check_roles(each)
        except OrcidError as refusal:
            outcomes.append(refusal)
        else:
            outcomes.append(_store(state, person, who, each))
    return outcomes


def change(state: OrcidState, person: Person, who: Caller, put_code: int, sent: Document) -> Work:
    """Replace a work, or answer with the stored one when ORCID sees no difference.

    Raises:
        OrcidError: 9019 put-codes differ, 9016 no such work, 9014 and 9010 not the source, or a broken rule.
    """
    if sent.get("put-code") != put_code:
        raise OrcidError(9019, url=put_code, body=sent.get("put-code"))
    work = state.work(person.orcid_id, put_code)
    is_source = work.source == who.client.client_id
    content = kept(sent)
    if sent.get("visibility") in (None, work.visibility) and is_unchanged(work.content, content):
        if not is_source:
            raise OrcidError(9014, activity="work")
        return work
    rules.check_changed_work(sent, visibility=work.visibility)
    _check_duplicate(state, person, who, sent, but=put_code)
    if not is_source:
        raise OrcidError(9010, activity="work")
    rules.check_roles(sent)
    return state.change_work(work, content=content)


def remove(state: OrcidState, person: Person, who: Caller, put_code: int) -> None:
    """Remove a work from the record.

    Raises:
        OrcidError: 9016 no such work, 9010 not the source.
    """
    work = state.work(person.orcid_id, put_code)
    if work.source != who.client.client_id:
        raise OrcidError(9010, activity="work")
    state.remove_work(work)


def read(state: OrcidState, person: Person, who: Caller, put_code: int) -> Work:
    """Read one work.

    Raises:
        OrcidError: 9016 no such work, 9013 private, 9038 limited or the scope is missing.
    """
    work = state.work(person.orcid_id, put_code)
    check_readable(work, who)
    return work


def check_readable(work: Work, who: Caller) -> None:
    """Refuse a work that this caller may not see.

    Raises:
        OrcidError: 9013 or 9038.
    """
    if work.source == who.client.client_id:
        return
    if work.visibility == "private":
        raise OrcidError(9013)
    wanted = READ_PUBLIC if work.visibility == "public" else READ_LIMITED_WORKS
    if not who.may(wanted):
        raise OrcidError(9038)


def readable(state: OrcidState, person: Person, who: Caller | None) -> list[Work]:
    """Return the works that a caller may see; without a caller, the public ones."""
    everything = state.records[person.orcid_id].works.values()
    if who is None:
        return [work for work in everything if work.visibility == "public"]
    visible = {"public"} if who.may(READ_PUBLIC) else set()
    if who.may(READ_LIMITED_WORKS):
        visible |= {"limited", "registered-only"}
    own = who.client.client_id
    return [work for work in everything if work.visibility in visible or work.source == own]


def _check_room(state: OrcidState, person: Person, more: int) -> None:
    limit = state.options.max_works
    if len(state.records[person.orcid_id].works) + more > limit:
        raise OrcidError(9048, limit=limit)


def _check_duplicate(
    state: OrcidState,
    person: Person,
    who: Caller,
    sent: Document,
    *,
    but: int | None = None,
    as_in_bulk: bool = False,
) -> None:
    found = state.records[person.orcid_id].conflict(
        sent, who.client.client_id, but=but, as_in_bulk=as_in_bulk
    )
    if found is not None:
        raise OrcidError(9021, putCode=found)


def _store(state: OrcidState, person: Person, who: Caller, sent: Document) -> Work:
    if person.status is RecordStatus.UNCLAIMED:
        visibility = sent.get("visibility") or "private"
        if visibility not in v.VISIBILITIES:
            visibility = "private"
    else:
        visibility = person.default_visibility
    return state.add_work(person.orcid_id, kept(sent), source=who.client.client_id, visibility=visibility)

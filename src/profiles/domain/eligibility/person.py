"""Rules about the person: only they and DataCite's staff may see their answers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from profiles.domain.eligibility.case import (
    ANNOUNCED,
    Case,
    ClaimStatus,
    Finding,
    PermissionState,
    Source,
    no,
    yes,
)
from profiles.domain.matching.names import resembles
from profiles.domain.records.change_detection import FINDABLE, ChangeKind
from profiles.domain.records.sighting import NamedPerson


def switched_on(case: Case) -> Finding:
    """Nothing is automatic for people who did not switch it on; what they choose themselves is."""
    since = case.facts.switched_on
    if since is not None:
        return yes("switched-on", "auto_update_since", since.isoformat())
    return yes("asked-for") if _chosen(case) else no("switched-off")


def after_switch_on(case: Case) -> Finding:
    """Auto-Update acts on DOIs registered or updated after it was switched on; past works are asked for."""
    if case.on_record:
        return yes("on-record")
    if _chosen(case):
        return yes("asked-for")
    since = _first_second(case)
    if since is None:
        return no("switched-off")
    field, last = _last_touched(case)
    if last is None or last < since:
        return no("before-switch-on", field, last.isoformat() if last else "")
    return yes("after-switch-on", field, last.isoformat())


def triggered(case: Case) -> Finding:
    """New, newly public, or changed in creators, related identifiers or funding references.

    That is the product's promise. A work that is on the record also follows all other changes, which
    is a better one.
    """
    if _chosen(case):
        return yes("asked-for")
    if case.facts.switched_on is None and not case.on_record:
        return no("switched-off")
    return _BY_CHANGE[case.facts.change.kind](case)


def _overtaken(case: Case) -> Finding:
    return no("overtaken", "updated", _updated(case))


def _unchanged(case: Case) -> Finding:
    return no("unchanged", "updated", _updated(case))


def _trigger_field(case: Case) -> Finding:
    """A new DOI that is not on the record yet is new, however many of its states were seen meanwhile."""
    if not case.on_record and _is_new(case):
        return yes("new", "registered", _registered(case))
    return yes("trigger-field", ", ".join(case.facts.change.fields), _updated(case))


def _state(case: Case) -> Finding:
    state = case.candidate.record.state if case.candidate.record else ""
    return yes("became-findable" if state == FINDABLE else "no-longer-findable", "state", state)


def _first_seen(case: Case) -> Finding:
    """A DOI that named no enrolled person until now is either new, or was just given this iD."""
    if case.on_record:
        return yes("content-changed", "updated", _updated(case))
    if _is_new(case):
        return yes("new", "registered", _registered(case))
    if case.facts.source not in ANNOUNCED and not case.facts.looked_back:
        # There is no earlier snapshot to compare with, so the event may be a mere re-index.
        in_file = case.facts.source is Source.FILE
        return no("seen-in-file" if in_file else "not-looked-back", "registered", _registered(case))
    return yes("first-named", "creators", case.facts.source.value)


def _content(case: Case) -> Finding:
    if case.on_record and case.settings.content_updates:
        return yes("content-changed", "updated", _updated(case))
    if not case.on_record and _is_new(case):
        return yes("new", "registered", _registered(case))
    if not case.on_record and case.facts.source in ANNOUNCED:
        return yes("trigger-field", "", case.facts.source.value)
    if case.facts.under_way:
        return yes("under-way", "updated", _updated(case))
    return no("content-only", "updated", _updated(case))


_BY_CHANGE: Final[dict[ChangeKind, Callable[[Case], Finding]]] = {
    ChangeKind.OLDER: _overtaken,
    ChangeKind.NONE: _unchanged,
    ChangeKind.TRIGGER_FIELD: _trigger_field,
    ChangeKind.BECAME_FINDABLE: _state,
    ChangeKind.NO_LONGER_FINDABLE: _state,
    ChangeKind.FIRST_SEEN: _first_seen,
    ChangeKind.CONTENT: _content,
}


def not_blocked(case: Case) -> Finding:
    """A work that a person called "not mine" never returns to their record."""
    return no("blocked") if case.facts.blocked else yes("not-blocked")


def not_removed(case: Case) -> Finding:
    """What people remove stays away until they restore it (the other half is datacite/datacite#353)."""
    if _chosen(case):
        return yes("asked-for")
    if case.facts.standing is ClaimStatus.REMOVED_IN_ORCID:
        return no("removed-in-orcid")
    if case.facts.standing is ClaimStatus.REMOVED_HERE:
        return no("removed-here")
    return yes("not-removed")


def not_refused(case: Case) -> Finding:
    """Who said no is not asked again."""
    if not case.facts.refused:
        return yes("not-refused")
    return yes("asked-for") if _chosen(case) else no("refused")


def below_quota(case: Case) -> Finding:
    """ORCID refuses more works than its limit; trying anyway costs calls that others need."""
    full = case.facts.works >= case.settings.quota and not case.on_record
    return (no if full else yes)("quota" if full else "below-quota", "works", str(case.facts.works))


def name_resembles(case: Case) -> Finding:
    """A wrong iD puts another person's work on a record; when no name fits, the person is asked, once."""
    namings = case.candidate.namings
    if case.on_record:
        return yes("on-record")
    if _agreed(case):
        return yes("asked-for")
    if not namings or resembles(case.facts.names, _credited(case)):
        return yes("name-resembles", namings[0].person.field if namings else "")
    return no("name-differs", namings[0].person.field, namings[0].person.name)


def _credited(case: Case) -> Iterator[NamedPerson]:
    """Yield the creator with the iD first: that one nearly always decides."""
    namings, record = case.candidate.namings, case.candidate.record
    yield from (naming.person for naming in namings)
    if record is not None and any(naming.is_creator for naming in namings):
        yield from record.creators


def no_question(case: Case) -> Finding:
    """Some people want to see every work before it is added; who said yes is not asked again."""
    if not case.facts.rules.ask_first:
        return yes("not-asked")
    return yes("asked-for") if _agreed(case) else no("ask-first")


def permitted(case: Case) -> Finding:
    """Without permission nothing can be sent; the claim waits, so that nothing is lost meanwhile."""
    state = case.facts.permission
    if state is PermissionState.GIVEN:
        return yes("permitted")
    return no("permission-lost" if state is PermissionState.LOST else "permission-missing")


def _chosen(case: Case) -> bool:
    return case.facts.source is Source.BACK_FILL


def _agreed(case: Case) -> bool:
    return case.facts.agreed or _chosen(case)


def _is_new(case: Case) -> bool:
    registered = case.candidate.record.registered if case.candidate.record else None
    since = _first_second(case)
    return registered is not None and since is not None and registered >= since


def first_second(since: datetime) -> datetime:
    """Return when Auto-Update was switched on, to the second: DataCite's own times are no more exact."""
    return since.replace(microsecond=0)


def _first_second(case: Case) -> datetime | None:
    since = case.facts.switched_on
    return first_second(since) if since else None


def _last_touched(case: Case) -> tuple[str, datetime | None]:
    """Return when the DOI last changed, and the field that says so; else the time of the trigger."""
    record = case.candidate.record
    dates = [
        (moment, field)
        for field, moment in (
            ("registered", record.registered if record else None),
            ("updated", record.updated if record else None),
        )
        if moment is not None
    ]
    if not dates:
        return "", case.facts.at
    moment, field = max(dates)
    return field, moment


def _updated(case: Case) -> str:
    record = case.candidate.record
    return record.updated.isoformat() if record and record.updated else ""


def _registered(case: Case) -> str:
    record = case.candidate.record
    return record.registered.isoformat() if record and record.registered else ""

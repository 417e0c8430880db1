"""A change of a DOI as input for the rules: the record, whom it names, and what changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from profiles.domain.eligibility.case import Source
from profiles.domain.ids import OrcidId
from profiles.domain.matching.doubts import Doubts
from profiles.domain.matching.enrolled import EnrolledIds
from profiles.domain.matching.named_ids import Naming, naming_at, namings, places
from profiles.domain.records import change_detection
from profiles.domain.records.sighting import Sighting, read_sighting
from profiles.infra import clock
from profiles.infra.monitoring import tracing
from profiles.intake import selectors as intake
from profiles.intake.selectors import Snapshot

SECOND_LOOK: Final = "again:"
"""The prefix of ids of events that look a second time at unclear changes."""


class Incoming(msgspec.Struct, frozen=True):
    """A change, with the record as DataCite shows it now; None when it shows none.

    ``only`` is set when one person chose the work: then only their record is decided about. ``asked_by``
    names the member of staff who started a replay. ``xml`` is the record with the people of its XML, as a
    second opinion. ``is_released``: staff released the event after removals were stopped.
    """

    event_id: str
    doi: str
    source: Source
    record: Sighting | None
    at: datetime
    only: str = ""
    change: change_detection.Change | None = None
    """What changed, where that is known already: in the replay of an old decision."""
    marks: change_detection.Digests | None = None
    asked_by: str = ""
    xml: Sighting | None = None
    is_released: bool = False
    traceparent: str = msgspec.field(default_factory=tracing.here)


class ReadChange:
    """A change with what its record says, computed once."""

    __slots__ = ("_doubts", "_sandbox", "incoming", "marks", "named", "namings", "watched")

    def __init__(self, incoming: Incoming, sandbox: bool, enrolled: EnrolledIds | None) -> None:  # noqa: FBT001
        self.incoming = incoming
        self._sandbox = sandbox
        self._doubts: Doubts | None = None
        record = incoming.record
        self.marks = incoming.marks or (change_detection.digests(record) if record else None)
        places_by_id = places(record, sandbox=sandbox) if record else {}
        if incoming.xml is not None:
            places_by_id = {**places(incoming.xml, sandbox=sandbox), **places_by_id}
        self.named = list(places_by_id)
        self.watched = [o for o in self.named if enrolled is None or enrolled.holds(o)]
        wanted = {*self.watched, incoming.only}
        self.namings: dict[OrcidId, tuple[Naming, ...]] = {
            o: tuple([naming_at(o, p) for p in places_by_id[o]]) for o in self.named if o in wanted
        }

    @property
    def doi(self) -> str:
        """The DOI that changed."""
        return self.incoming.doi

    @property
    def event_id(self) -> str:
        """The id of the event."""
        return self.incoming.event_id

    @property
    def record(self) -> Sighting | None:
        """The record as it is now."""
        return self.incoming.record

    @property
    def only(self) -> str:
        """The only person to decide about, if it is one."""
        return self.incoming.only

    @property
    def is_second_look(self) -> bool:
        """Whether this is the second look at an unclear change."""
        return self.event_id.startswith(SECOND_LOOK)

    @property
    def is_damaged(self) -> bool:
        """Whether this is a second look at a record whose people can be read from its XML only."""
        if self.record is None or self.incoming.xml is None:
            return False
        return Doubts(self.record, sandbox=self._sandbox).is_damaged

    def doubts(self) -> Doubts | None:
        """Return what is unclear about the record's people, or about those in its XML if that is better."""
        if self._doubts is None and self.record is not None:
            self._doubts = Doubts(self.record, sandbox=self._sandbox)
            if self._doubts.is_damaged and self.incoming.xml is not None:
                self._doubts = Doubts(self.incoming.xml, sandbox=self._sandbox)
        return self._doubts


def change_since(
    snapshot: Snapshot | None, record: Sighting | None, marks: change_detection.Digests | None = None
) -> change_detection.Change:
    """Return what changed since the DOI was last seen."""
    if record is None:
        return change_detection.Change(change_detection.ChangeKind.NO_LONGER_FINDABLE, ("state",))
    digests_before = snapshot.digests if snapshot else None
    is_outdated = bool(snapshot and snapshot.updated and record.updated and record.updated < snapshot.updated)
    if digests_before and (marks is None or marks.scheme != digests_before.scheme):
        marks = change_detection.digests(record, digests_before.scheme)
    return change_detection.change(
        digests_before, marks or change_detection.digests(record), overtaken=is_outdated
    )


def hidden_since(snapshot: Snapshot | None, record: Sighting | None, *, noticed: datetime) -> datetime | None:
    """Return since when DataCite no longer shows a DOI that it showed before: ``noticed``, or earlier."""
    if record is not None or snapshot is None:
        return None
    return snapshot.hidden_since or noticed


def incoming_of(record: Sighting, source: Source) -> Incoming:
    """Return the change for a record that came from polling or a file.

    The event id names the state of the DOI: it is the same for every way and every time that it comes in.
    ``updated`` has whole seconds only, so a digest distinguishes two changes within one second.
    """
    marks = change_detection.digests(record)
    moment = record.updated.isoformat() if record.updated else ""
    event_id = f"{record.doi}@{moment}#{marks.state[:1]}{marks.content.hex()[:12]}"
    return Incoming(event_id, record.doi, source, record, clock.now(), marks=marks)


def with_known_repository(record: Sighting | None, snapshot: Snapshot | None) -> Sighting | None:
    """Return the record, with its former repository if it names none.

    Every DOI has a repository: where a record names none, it is only missing for a moment.
    """
    if record is None or record.repository or snapshot is None or not snapshot.repository:
        return record
    return replace(record, repository=snapshot.repository)


def credited_names(
    unnamed: Iterable[tuple[str, str]], snapshots: Mapping[str, Snapshot], *, sandbox: bool
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return for each (iD, DOI) the names under which the DOI named the iD when it was last seen."""
    pairs = list(unnamed)
    names_by_pair = {(o, doi): tuple(names) for o, doi in pairs if (names := snapshots[doi].credited.get(o))}
    unknown = [pair for pair in pairs if pair not in names_by_pair]
    payloads = intake.snapshots([doi for _, doi in unknown])
    for doi, payload in payloads.items():
        people: dict[str, list[str]] = {}
        for naming in namings(read_sighting(payload), sandbox=sandbox):
            person = naming.person
            people.setdefault(naming.orcid_id, []).extend(
                name for name in (person.name, person.given_name, person.family_name) if name
            )
        names_by_pair |= {(o, doi): tuple(people[o]) for o, of in unknown if of == doi and o in people}
    return names_by_pair

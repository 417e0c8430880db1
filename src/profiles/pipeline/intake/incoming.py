"""A change of a DOI on its way to the rules: what came in, whom the record names, and what changed."""

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
from profiles.intake import selectors as intake
from profiles.intake.selectors import Snapshot

SECOND_LOOK: Final = "again:"
"""How the ids of events begin that look a second time at what could not be told."""


class Incoming(msgspec.Struct, frozen=True):
    """A change, with the record as DataCite shows it now; None when it shows none.

    ``only`` is set when one person chose the work: then nobody else's record is decided about.
    ``asked_by`` names the member of staff who had the rules asked again. ``xml`` is the record with the
    people of its XML, as a second opinion. ``is_released``: staff let it pass after removals were stopped.
    """

    event_id: str
    doi: str
    source: Source
    record: Sighting | None
    at: datetime
    only: str = ""
    change: change_detection.Change | None = None
    """What changed, where that was found out earlier: when an old decision is asked about again."""
    marks: change_detection.Digests | None = None
    asked_by: str = ""
    xml: Sighting | None = None
    is_released: bool = False


class ReadChange:
    """A change with what is found in its record, found once."""

    __slots__ = ("_doubts", "_sandbox", "incoming", "marks", "named", "namings", "watched")

    def __init__(self, incoming: Incoming, sandbox: bool, enrolled: EnrolledIds | None) -> None:  # noqa: FBT001
        self.incoming = incoming
        self._sandbox = sandbox
        self._doubts: Doubts | None = None
        record = incoming.record
        self.marks = incoming.marks or (change_detection.digests(record) if record else None)
        found = places(record, sandbox=sandbox) if record else {}
        if incoming.xml is not None:
            found = {**places(incoming.xml, sandbox=sandbox), **found}
        self.named = list(found)
        self.watched = [o for o in self.named if enrolled is None or enrolled.holds(o)]
        wanted = {*self.watched, incoming.only}
        self.namings: dict[OrcidId, tuple[Naming, ...]] = {
            o: tuple([naming_at(o, p) for p in found[o]]) for o in self.named if o in wanted
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
        """The one person who is decided about, if it is one."""
        return self.incoming.only

    @property
    def is_second_look(self) -> bool:
        """Whether this looks again at what could not be told."""
        return self.event_id.startswith(SECOND_LOOK)

    @property
    def is_damaged(self) -> bool:
        """Whether this is a second look at a record whose people can be read from its XML only."""
        if self.record is None or self.incoming.xml is None:
            return False
        return Doubts(self.record, sandbox=self._sandbox).is_damaged

    def doubts(self) -> Doubts | None:
        """Return what of the record's people cannot be told; of those in its XML if that is better."""
        if self._doubts is None and self.record is not None:
            self._doubts = Doubts(self.record, sandbox=self._sandbox)
            if self._doubts.is_damaged and self.incoming.xml is not None:
                self._doubts = Doubts(self.incoming.xml, sandbox=self._sandbox)
        return self._doubts


def change_since(
    before: Snapshot | None, record: Sighting | None, marks: change_detection.Digests | None = None
) -> change_detection.Change:
    """Say what changed since the DOI was last seen."""
    if record is None:
        return change_detection.Change(change_detection.ChangeKind.NO_LONGER_FINDABLE, ("state",))
    known = before.digests if before else None
    overtaken = bool(before and before.updated and record.updated and record.updated < before.updated)
    return change_detection.change(known, marks or change_detection.digests(record), overtaken=overtaken)


def incoming_of(record: Sighting, source: Source) -> Incoming:
    """Return a record that came unasked as a change.

    The event's id names the state of the DOI: the same whichever way it came, however often.
    ``updated`` has whole seconds only, so a digest tells two changes within one second apart.
    """
    marks = change_detection.digests(record)
    moment = record.updated.isoformat() if record.updated else ""
    event_id = f"{record.doi}@{moment}#{marks.state[:1]}{marks.content.hex()[:12]}"
    return Incoming(event_id, record.doi, source, record, clock.now(), marks=marks)


def with_known_repository(record: Sighting | None, before: Snapshot | None) -> Sighting | None:
    """Return a record that does not say its repository with the one that it had before.

    No DOI is without a repository: where the record names none, it is missing for a moment.
    """
    if record is None or record.repository or before is None or not before.repository:
        return record
    return replace(record, repository=before.repository)


def credited_names(
    unnamed: Iterable[tuple[str, str]], before: Mapping[str, Snapshot], *, sandbox: bool
) -> dict[tuple[str, str], tuple[str, ...]]:
    """For (iD, DOI) return the names under which the DOI named the iD when it was last seen."""
    pairs = list(unnamed)
    known = {(o, doi): tuple(names) for o, doi in pairs if (names := before[doi].credited.get(o))}
    rest = [pair for pair in pairs if pair not in known]
    payloads = intake.snapshots([doi for _, doi in rest])
    for doi, payload in payloads.items():
        people: dict[str, list[str]] = {}
        for naming in namings(read_sighting(payload), sandbox=sandbox):
            person = naming.person
            people.setdefault(naming.orcid_id, []).extend(
                name for name in (person.name, person.given_name, person.family_name) if name
            )
        known |= {(o, doi): tuple(people[o]) for o, of in rest if of == doi and o in people}
    return known

"""Run in the shadow of the previous service: read a day of its queue and its tables, and write nothing.

No database of ours is used. The day's DOIs come from a copy of the queue; what the previous service did for
them, and which people there are, from a copy of its tables; the metadata from a file of DataCite's records.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from profiles.domain.claim import PUSHABLE, ClaimAction, ClaimState, Origin
from profiles.domain.consent import Purpose
from profiles.domain.eligibility.case import Candidate, ClaimStatus, Facts, PermissionState, Settings, Source
from profiles.domain.eligibility.rules import decide
from profiles.domain.ids import Doi, OrcidId, exact_doi
from profiles.domain.matching.named_ids import namings
from profiles.domain.moving_in.claims import CLAIMS_COLUMNS, MovedClaim, read_claim
from profiles.domain.moving_in.people import PEOPLE_COLUMNS, MovedPerson, read_person
from profiles.domain.moving_in.shadow import MEANING, Difference, Done, PreviousAct, Rule, compare
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra.table_dumps.opening import TableReader, parts_of
from profiles.intake.dump import line_batches, units_of

Pair = tuple[str, str]
_BATCH_SIZE: Final = 5_000
_TABLES: Final = {"users": PEOPLE_COLUMNS, "claims": CLAIMS_COLUMNS}
_EXAMPLES: Final = 5
_DOWN_TO_SECONDS: Final = timedelta(seconds=1)


class _Person(msgspec.Struct, frozen=True, gc=False):
    """What the rules need of a person; there are hundreds of thousands in memory."""

    switched_on: datetime | None
    has_permission: bool
    names: tuple[str, ...]


@dataclass(slots=True)
class ShadowReport:
    """What a day in the shadow found."""

    day: date
    messages: int = 0
    dois: int = 0
    without_record: int = 0
    pairs: int = 0
    same: int = 0
    rules: Counter[tuple[Rule, str]] = field(default_factory=Counter)
    examples: dict[Rule, list[str]] = field(default_factory=dict)

    @property
    def unexplained(self) -> int:
        """The number of differences that no rule explains."""
        return sum(count for (rule, _detail), count in self.rules.items() if rule is Rule.UNEXPLAINED)

    def add(self, difference: Difference | None, orcid_id: str, doi: str) -> None:
        """Count one pair."""
        self.pairs += 1
        if difference is None:
            self.same += 1
            return
        self.rules[difference.rule, difference.detail] += 1
        examples = self.examples.setdefault(difference.rule, [])
        if len(examples) < _EXAMPLES or difference.rule is Rule.UNEXPLAINED:
            examples.append(f"{doi} {orcid_id}")

    def lines(self) -> Iterator[str]:
        """Yield the report as text."""
        yield f"{self.day}: {self.messages:,} messages, {self.dois:,} DOIs, {self.pairs:,} pairs with an iD"
        if self.without_record:
            yield f"{self.without_record:,} DOIs are in no record that was given, so they were not compared"
        different = self.pairs - self.same
        yield f"{self.same:,} the same, {different:,} different, {self.unexplained:,} unexplained"
        for rule in Rule:
            found = {detail: n for (name, detail), n in self.rules.items() if name is rule}
            if not found:
                continue
            yield f"  {sum(found.values()):>9,}  {rule.value}: {MEANING[rule]}"
            for detail, number in sorted(found.items(), key=lambda item: -item[1]):
                if detail:
                    yield f"      {number:>9,}  {detail}"
            yield from (f"                 {example}" for example in self.examples[rule][:_EXAMPLES])

    def as_json(self) -> dict[str, Any]:
        """Return the report for a file."""
        return {
            "day": self.day.isoformat(),
            "messages": self.messages,
            "dois": self.dois,
            "without_record": self.without_record,
            "pairs": self.pairs,
            "same": self.same,
            "unexplained": self.unexplained,
            "differences": [
                {"rule": rule.value, "detail": detail, "count": count}
                for (rule, detail), count in sorted(self.rules.items())
            ],
            "examples": {rule.value: examples for rule, examples in self.examples.items()},
        }


def run_in_shadow(
    *, day: date, queue: Path, tables: Path, records: Iterable[str], settings: Settings
) -> ShadowReport:
    """Compare a day of the previous service with what we would have done.

    Raises:
        DumpError: the copy of the tables cannot be read.
        OSError: a file cannot be read.
    """
    report = ShadowReport(day)
    dois = _dois_of(queue, report)
    shadow = _Shadow(day, dois, settings, report)
    shadow.read_tables(tables)
    compared: set[str] = set()
    for path in records:
        for unit in units_of(path):
            for lines in line_batches(unit):
                compared.update(filter(None, map(shadow.compare_record, lines)))
    report.without_record = len(dois - compared)
    return report


def _dois_of(queue: Path, report: ShadowReport) -> set[str]:
    """Return the DOIs of the day's messages: one JSON object a line, or its text in ``Body``."""
    dois = set()
    with queue.open("rb") as lines:
        for line in lines:
            if not line.strip():
                continue
            message = msgspec.json.decode(line)
            if isinstance(message, dict) and "Body" in message:
                message = msgspec.json.decode(message["Body"])
            doi = exact_doi(str(message.get("attributes", {}).get("doi") or message.get("id") or ""))
            report.messages += 1
            if doi is not None:
                dois.add(str(doi))
    report.dois = len(dois)
    return dois


class _Shadow:
    """The people and claims of the copy, and the comparison of one record after the other."""

    def __init__(self, day: date, dois: set[str], settings: Settings, report: ShadowReport) -> None:
        self._begin = datetime.combine(day, time(), UTC)
        self._end = self._begin + timedelta(days=1)
        self._dois = dois
        self._settings = settings
        self._report = report
        self._people: dict[str, _Person] = {}
        self._claims: dict[str, dict[str, MovedClaim]] = {}
        self._compared: set[str] = set()

    def read_tables(self, tables: Path) -> None:
        """Keep the people, and the claims of the day's DOIs."""
        keep: dict[str, Callable[[dict[str, str | None]], None]] = {
            "users": self._keep_person,
            "claims": self._keep_claim,
        }
        for part in parts_of(tables, tuple(_TABLES)):
            for table, rows in TableReader(part, _TABLES).batches(_BATCH_SIZE):
                for row in rows:
                    keep[table](row)

    def _keep_person(self, row: dict[str, str | None]) -> None:
        person, _oddities = read_person(row, now=self._end)
        if person is not None:
            self._people.setdefault(person.orcid_id, _person(person))

    def _keep_claim(self, row: dict[str, str | None]) -> None:
        claim, _oddities = read_claim(row, now=self._end)
        if claim is None or claim.doi not in self._dois:
            return
        of_doi = self._claims.setdefault(claim.doi, {})
        other = of_doi.get(claim.orcid_id)
        if other is None or claim.rank > other.rank:
            of_doi[claim.orcid_id] = claim

    def compare_record(self, line: bytes) -> str | None:
        """Compare all pairs of one record; return its DOI if it is one of the day."""
        try:
            record = read_sighting(line)
        except UnreadableRecordError:
            return None
        if record.doi not in self._dois or record.doi in self._compared:
            return None
        self._compared.add(record.doi)
        claims = self._claims.get(record.doi, {})
        named = namings(record, sandbox=self._settings.sandbox_ids)
        for orcid_id in dict.fromkeys([*(naming.orcid_id for naming in named), *claims]):
            claim = claims.get(orcid_id)
            # What a person asked for is done by both.
            if claim is None or claim.origin is Origin.AUTO_UPDATE:
                self._compare(record, orcid_id, claim)
        return record.doi

    def _compare(self, record: Sighting, orcid_id: str, claim: MovedClaim | None) -> None:
        owner = OrcidId(orcid_id)
        naming = tuple(
            n for n in namings(record, sandbox=self._settings.sandbox_ids) if n.orcid_id == orcid_id
        )
        previous = self._previous(claim)
        verdict = decide(
            Candidate(Doi(record.doi), owner, record, naming), self._facts(orcid_id, claim), self._settings
        )
        self._report.add(compare(previous, verdict, record, orcid_id), orcid_id, record.doi)

    def _previous(self, claim: MovedClaim | None) -> PreviousAct:
        if claim is None:
            return PreviousAct()
        was_there = claim.created_at < self._begin and claim.state is ClaimState.DONE
        if not self._begin <= claim.updated_at < self._end:
            return PreviousAct(was_there=was_there)
        if claim.state in PUSHABLE:
            return PreviousAct(Done.UNDER_WAY, was_there=was_there)
        if claim.state is ClaimState.DONE:
            return PreviousAct(Done.SENT, was_there=was_there)
        if claim.state in {ClaimState.FAILED, ClaimState.NOTIFIED}:
            return PreviousAct(Done.FAILED, claim.problem, was_there)
        return PreviousAct(was_there=was_there)

    def _facts(self, orcid_id: str, claim: MovedClaim | None) -> Facts:
        person = self._people.get(orcid_id)
        permission = PermissionState.GIVEN if person and person.has_permission else PermissionState.MISSING
        return Facts(
            source=Source.QUEUE,
            at=self._end - _DOWN_TO_SECONDS,
            switched_on=person.switched_on if person else None,
            permission=permission,
            names=person.names if person else (),
            standing=self._standing(claim),
            named_before=claim is not None and claim.created_at < self._begin,
        )

    def _standing(self, claim: MovedClaim | None) -> ClaimStatus:
        """Return the status of the work as it was when the day began."""
        if claim is None or claim.created_at >= self._begin:
            return ClaimStatus.UNKNOWN
        if claim.state is ClaimState.DELETED or claim.action is ClaimAction.DELETE:
            return ClaimStatus.REMOVED_HERE
        if claim.state is ClaimState.DONE or claim.put_code is not None:
            return ClaimStatus.ON_RECORD
        return ClaimStatus.OPEN


def _person(person: MovedPerson) -> _Person:
    has_permission = any(p.purpose is Purpose.AUTO_UPDATE and p.is_usable for p in person.permissions)
    names = (person.name, person.given_names, person.family_name, *person.other_names)
    # The previous service does not know when it was switched on: as long as the person is there.
    since = person.created_at if person.auto_update else None
    return _Person(since, has_permission, tuple(name for name in names if name))

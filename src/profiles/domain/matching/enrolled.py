"""Which records concern anybody: asked millions of times, answered without the database.

ORCID gives out its iDs in two blocks of numbers, so one bit for each possible number is small (15 MB),
as large for a million enrolled people as for ten, and as fast. DOIs that were seen before must be looked
at even when they no longer name anybody: a filter of their hashes answers for nearly all others.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from profiles.domain.ids import BLOCKS, parse_orcid_id
from profiles.domain.matching.name_identifiers import HOSTS_WITH_SANDBOX
from profiles.domain.records.loose_json import NOT_STRICT
from profiles.domain.records.sighting import Glance, UnreadableRecordError, decode_glance, glance

_LOW_A: Final = BLOCKS[0][0]
_HIGH_A: Final = BLOCKS[0][1]
_LOW_B: Final = BLOCKS[1][0]
_HIGH_B: Final = BLOCKS[1][1]
FORM: Final = 19
"""Characters of an iD."""
SPELLINGS: Final = 1 << 24
"""Bits of the filter, a power of two: 2 MB, of which a million iDs fill a sixteenth."""
_BITS_EACH: Final = 16
_SMALLEST: Final = 1 << 20


class EnrolledIds:
    """The iDs of all enrolled people, a bit for each; and a filter of their spellings, which is asked first.

    The filter says "not enrolled" of nearly all iDs in their usual form for the cost of a hash.
    """

    __slots__ = ("_a", "_b", "_others", "count", "spellings")

    def __init__(self, orcid_ids: Iterable[str] = ()) -> None:
        self.spellings = bytearray(SPELLINGS // 8)
        self._a = bytearray((_HIGH_A - _LOW_A) // 8 + 1)
        self._b = bytearray((_HIGH_B - _LOW_B) // 8 + 1)
        self._others: set[int] = set()
        self.count = 0
        for orcid_id in orcid_ids:
            self.add(orcid_id)

    def add(self, orcid_id: str) -> None:
        """Add an iD in its usual form. Its check digit follows from the others and is not kept."""
        place = hash(orcid_id) & (SPELLINGS - 1)
        self.spellings[place >> 3] |= 1 << (place & 7)
        if orcid_id[-1] == "X":
            place = hash(orcid_id.lower()) & (SPELLINGS - 1)
            self.spellings[place >> 3] |= 1 << (place & 7)
        number = int(orcid_id[:-1].replace("-", ""))
        if _LOW_A <= number <= _HIGH_A:
            self._a[(number - _LOW_A) >> 3] |= 1 << ((number - _LOW_A) & 7)
        elif _LOW_B <= number <= _HIGH_B:
            self._b[(number - _LOW_B) >> 3] |= 1 << ((number - _LOW_B) & 7)
        else:
            self._others.add(number)
        self.count += 1

    def holds(self, orcid_id: str) -> bool:
        """Say whether this iD, in its usual form, is enrolled."""
        return self._holds(int(orcid_id[:-1].replace("-", "")))

    def mentions(self, deposited: str) -> bool:
        """Say whether this name identifier may be an enrolled iD.

        Whether the check digit is right and the scheme is ORCID is asked later, of the few that get that far.
        """
        tail = deposited[-FORM:]
        if len(tail) == FORM and tail[4::5] == "---":
            try:
                return self._holds(int(tail[:4] + tail[5:9] + tail[10:14] + tail[15:18]))
            except ValueError:
                return False
        orcid_id = parse_orcid_id(deposited, hosts=HOSTS_WITH_SANDBOX)
        return orcid_id is not None and self._holds(int(orcid_id[:-1].replace("-", "")))

    def _holds(self, number: int) -> bool:
        if _LOW_A <= number <= _HIGH_A:
            place = number - _LOW_A
            return bool(self._a[place >> 3] >> (place & 7) & 1)
        if _LOW_B <= number <= _HIGH_B:
            place = number - _LOW_B
            return bool(self._b[place >> 3] >> (place & 7) & 1)
        return number in self._others


class SeenDois:
    """A filter of DOIs: says "never seen" with certainty, and "perhaps" now and then for one that was not."""

    __slots__ = ("bits", "count", "mask")

    def __init__(self, expected: int = 0) -> None:
        size = _SMALLEST
        while size < expected * _BITS_EACH:
            size <<= 1
        self.bits = bytearray(size // 8)
        self.mask = size - 1
        self.count = 0

    def add(self, doi: str) -> None:
        """Add a DOI in lower case."""
        place = hash(doi) & self.mask
        self.bits[place >> 3] |= 1 << (place & 7)
        self.count += 1

    def perhaps(self, doi: str) -> bool:
        """Say whether the DOI may have been seen."""
        place = hash(doi) & self.mask
        return bool(self.bits[place >> 3] >> (place & 7) & 1)


class Sifted(NamedTuple):
    """What a batch of records holds for us, each with the number of its line."""

    records: int
    concerning: list[tuple[int, bytes]]
    broken: list[tuple[int, bytes, str]]


class Watch:
    """What intake watches for: people and DOIs."""

    __slots__ = ("enrolled", "seen")

    def __init__(self, enrolled: EnrolledIds, seen: SeenDois) -> None:
        self.enrolled = enrolled
        self.seen = seen

    def sift(self, lines: Iterable[bytes], *, first: int = 1) -> Sifted:
        """Find the records that must be looked at: they name an enrolled person, or did so before.

        Empty lines are no records. An unreadable record is reported with the reason.
        """
        concerning: list[tuple[int, bytes]] = []
        broken: list[tuple[int, bytes, str]] = []
        empty, number = 0, first - 1
        concerns, decode = self.concerns, decode_glance
        for number, raw in enumerate(lines, first):
            # As ``glance`` does for nearly all records, without the call: there are a hundred million.
            try:
                record = decode(raw)
                is_usual = record.id[:3] == "10." and "/" in record.id
            except NOT_STRICT:
                is_usual = False
            if not is_usual:
                if not raw.strip():
                    empty += 1
                    continue
                try:
                    record = glance(raw)
                except UnreadableRecordError as error:
                    broken.append((number, raw, str(error)))
                    continue
            if concerns(record):
                # Its next state concerns us too, also within this batch, and whomever it names.
                self.seen.add(record.id.lower())
                concerning.append((number, raw))
        return Sifted(number - first + 1 - empty, concerning, broken)

    def concerns(self, record: Glance) -> bool:
        """Say whether a record must be looked at. Asked of every record there is, so it calls nothing."""
        attributes = record.attributes
        if attributes is not None:
            spellings, last = self.enrolled.spellings, SPELLINGS - 1
            for people in (attributes.creators, attributes.contributors):
                if not people:
                    continue
                for person in people:
                    if not person.identifiers:
                        continue
                    for identifier in person.identifiers:
                        deposited = identifier.text
                        if not deposited:
                            continue
                        tail = deposited[-FORM:]
                        place = hash(tail) & last
                        # The filter speaks of the usual forms only.
                        may_be = spellings[place >> 3] >> (place & 7) & 1 or tail[4::5] != "---"
                        if may_be and self.enrolled.mentions(deposited):
                            return True
        seen = self.seen
        place = hash(record.id.lower()) & seen.mask
        return bool(seen.bits[place >> 3] >> (place & 7) & 1)

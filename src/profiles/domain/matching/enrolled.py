"""Tell which records concern an enrolled person: millions of times, without the database.

ORCID assigns iDs from two blocks of numbers, so one bit for each possible number is small (15 MB), and as
large and as fast for a million enrolled people as for ten. DOIs that were seen before must be read even when
they no longer name an enrolled person: a filter of their hashes excludes nearly all others.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from profiles.domain.ids import BLOCKS, parse_orcid_id
from profiles.domain.matching.name_identifiers import HOSTS_WITH_SANDBOX
from profiles.domain.records.loose_json import DECODE_ERRORS
from profiles.domain.records.sighting import Glance, UnreadableRecordError, decode_glance, glance

_LOW_A: Final = BLOCKS[0][0]
_HIGH_A: Final = BLOCKS[0][1]
_LOW_B: Final = BLOCKS[1][0]
_HIGH_B: Final = BLOCKS[1][1]
ID_LENGTH: Final = 19
"""Characters of an ORCID iD."""
FILTER_BITS: Final = 1 << 24
"""Size of the filter of iDs, a power of two: 2 MB, of which a million iDs fill a sixteenth."""
_BITS_PER_DOI: Final = 16
_MIN_BITS: Final = 1 << 20


class EnrolledIds:
    """The iDs of all enrolled people, one bit each, and a filter of their spellings, which is checked first.

    The filter excludes nearly all other iDs in their usual form for the cost of a hash.
    """

    __slots__ = ("_a", "_b", "_others", "count", "spellings")

    def __init__(self, orcid_ids: Iterable[str] = ()) -> None:
        self.spellings = bytearray(FILTER_BITS // 8)
        self._a = bytearray((_HIGH_A - _LOW_A) // 8 + 1)
        self._b = bytearray((_HIGH_B - _LOW_B) // 8 + 1)
        self._others: set[int] = set()
        self.count = 0
        for orcid_id in orcid_ids:
            self.add(orcid_id)

    def add(self, orcid_id: str) -> None:
        """Add an iD in its usual form. Its check digit follows from the others and is not kept."""
        place = hash(orcid_id) & (FILTER_BITS - 1)
        self.spellings[place >> 3] |= 1 << (place & 7)
        if orcid_id[-1] == "X":
            place = hash(orcid_id.lower()) & (FILTER_BITS - 1)
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
        """Tell whether this iD, in its usual form, is enrolled."""
        return self._holds(int(orcid_id[:-1].replace("-", "")))

    def mentions(self, deposited: str) -> bool:
        """Tell whether this name identifier may be an enrolled iD.

        Check digit and scheme are checked later, for the few that get that far.
        """
        tail = deposited[-ID_LENGTH:]
        if len(tail) == ID_LENGTH and tail[4::5] == "---":
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
    """A filter of DOIs: what it excludes was certainly never seen; what it contains was probably seen."""

    __slots__ = ("bits", "count", "mask")

    def __init__(self, expected: int = 0) -> None:
        size = _MIN_BITS
        while size < expected * _BITS_PER_DOI:
            size <<= 1
        self.bits = bytearray(size // 8)
        self.mask = size - 1
        self.count = 0

    def add(self, doi: str) -> None:
        """Add a DOI in lower case."""
        place = hash(doi) & self.mask
        self.bits[place >> 3] |= 1 << (place & 7)
        self.count += 1

    def may_contain(self, doi: str) -> bool:
        """Tell whether the DOI may have been seen."""
        place = hash(doi) & self.mask
        return bool(self.bits[place >> 3] >> (place & 7) & 1)


class SiftResult(NamedTuple):
    """The records of a batch that concern us and the broken ones, each with the number of its line."""

    records: int
    concerning: list[tuple[int, bytes]]
    broken: list[tuple[int, bytes, str]]


class Watch:
    """The people and DOIs that intake watches."""

    __slots__ = ("enrolled", "seen")

    def __init__(self, enrolled: EnrolledIds, seen: SeenDois) -> None:
        self.enrolled = enrolled
        self.seen = seen

    def sift(self, lines: Iterable[bytes], *, first: int = 1) -> SiftResult:
        """Find the records that must be read in full: they name an enrolled person, or did so before.

        Empty lines are not records. An unreadable record is returned with the reason.
        """
        concerning: list[tuple[int, bytes]] = []
        broken: list[tuple[int, bytes, str]] = []
        empty, number = 0, first - 1
        concerns, decode = self.concerns, decode_glance
        for number, raw in enumerate(lines, first):
            # The usual path of ``glance``, inlined: there are a hundred million records.
            try:
                record = decode(raw)
                is_usual = record.id[:3] == "10." and "/" in record.id
            except DECODE_ERRORS:
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
                # Its next state concerns us too, also within this batch, no matter whom it names.
                self.seen.add(record.id.lower())
                concerning.append((number, raw))
        return SiftResult(number - first + 1 - empty, concerning, broken)

    def concerns(self, record: Glance) -> bool:
        """Tell whether a record must be read in full. Runs for every record, so it makes nearly no calls."""
        attributes = record.attributes
        if attributes is not None:
            spellings, last = self.enrolled.spellings, FILTER_BITS - 1
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
                        tail = deposited[-ID_LENGTH:]
                        place = hash(tail) & last
                        # The filter knows the usual forms only.
                        may_be = spellings[place >> 3] >> (place & 7) & 1 or tail[4::5] != "---"
                        if may_be and self.enrolled.mentions(deposited):
                            return True
        seen = self.seen
        place = hash(record.id.lower()) & seen.mask
        return bool(seen.bits[place >> 3] >> (place & 7) & 1)

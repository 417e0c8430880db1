"""One entry for one work: which of a work's entries on a record stays, and which are taken off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from profiles.domain.eligibility.metadata import UNDATED
from profiles.domain.eligibility.researcher_rules import Versions


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on a record. ``work`` is the DOI of all versions together, the entry's own DOI if it has none.

    ``is_wanted``: the person asked for this entry after they had chosen to have one for the work.
    """

    claim_id: int
    doi: str
    work: str
    title: str = ""
    language: str = ""
    registered: datetime | None = None
    is_wanted: bool = False

    @property
    def is_concept(self) -> bool:
        """Whether this is the entry for all versions together."""
        return self.doi == self.work


@dataclass(frozen=True, slots=True)
class WorkEntries:
    """The entries of one work on a record, the newest first; that for all versions together comes last."""

    work: str
    entries: Sequence[Entry]

    @property
    def newest(self) -> Entry:
        """The newest version."""
        return self.entries[0]

    def kept(self, keep: Versions) -> Entry | None:
        """Return the entry that stays; None while the DOI of all versions together is not on the record."""
        if keep is Versions.NEWEST_ONLY:
            return self.newest
        return next((entry for entry in self.entries if entry.is_concept), None)

    def surplus(self, keep: Versions) -> list[Entry]:
        """Return the entries to take off: none before the entry that stays is on the record."""
        kept = self.kept(keep)
        if kept is None:
            return []
        return [entry for entry in self.entries if entry is not kept and not entry.is_wanted]


def by_work(entries: Iterable[Entry]) -> list[WorkEntries]:
    """Put the entries of each work together, works with the most entries first."""
    ordered = sorted(entries, key=lambda entry: entry.work)
    works = [
        WorkEntries(work, sorted(some, key=_age, reverse=True))
        for work, some in groupby(ordered, lambda entry: entry.work)
    ]
    return sorted(works, key=lambda work: (-len(work.entries), work.work))


def _age(entry: Entry) -> tuple[bool, datetime, str]:
    return not entry.is_concept, entry.registered or UNDATED, entry.doi

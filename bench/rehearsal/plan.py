"""What changes at DataCite, and when: each change follows from its number, so processes need not talk.

Twenty changes are a group. Its first two register DOIs that name enrolled people. The last one corrects the
title of the first DOI of an earlier group, and the one before touches that group's second DOI without a
change. All others are DOIs that name no enrolled person.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bench.records import orcid_id

GROUP: Final = 20
ANNOUNCED, POLLED, TOUCH, CORRECTION = 0, 1, GROUP - 2, GROUP - 1
"""Places in a group. Agents announce the first DOI and its correction; polling alone finds the second."""
GROUPS_UNTIL_CHANGED: Final = 600
FIRST_PERSON: Final = 1_000_000
"""Enrolled people have numbers from here on, which no other generated record draws."""


@dataclass(frozen=True)
class Plan:
    """The size of one rehearsal."""

    seconds: int
    rate: float
    people: int
    began: float = 0.0

    @classmethod
    def from_environment(cls) -> "Plan":
        """Take the ten-minute form, or what the caller chose."""
        return cls(
            seconds=int(float(os.environ.get("PROFILES_REHEARSAL_MINUTES", "10")) * 60),
            rate=float(os.environ.get("PROFILES_REHEARSAL_RATE", "93")),
            people=int(os.environ.get("PROFILES_REHEARSAL_PEOPLE", "1000000")),
        )

    @property
    def changes(self) -> int:
        """How many changes there are in all."""
        return int(self.seconds * self.rate)

    @property
    def named_people(self) -> int:
        """So many of the enrolled people are named by DOIs, some of them often."""
        return max(self.people // 20, 10)

    def at(self, number: int) -> float:
        """Return when a change is made."""
        return self.began + number / self.rate

    def visible(self, now: float) -> int:
        """Return how many changes have been made."""
        return min(max(int((now - self.began) * self.rate), 0), self.changes)


def moment_text(moment: float) -> str:
    """Return a moment as DataCite writes it, in whole seconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def doi_of(base: int) -> str:
    """Return the DOI that the change of this number registered."""
    return f"10.5072/burst.{base}"


def base_of(number: int) -> int:
    """Return the number of the change that registered the DOI of this change."""
    group, place = divmod(number, GROUP)
    if place in {TOUCH, CORRECTION} and group >= GROUPS_UNTIL_CHANGED:
        return (group - GROUPS_UNTIL_CHANGED) * GROUP + (ANNOUNCED if place == CORRECTION else POLLED)
    return number


def later_change(base: int) -> int | None:
    """Return the change that touches or corrects this DOI, if there is one."""
    group, place = divmod(base, GROUP)
    if place not in {ANNOUNCED, POLLED}:
        return None
    return (group + GROUPS_UNTIL_CHANGED) * GROUP + (CORRECTION if place == ANNOUNCED else TOUCH)


def title_of(base: int, *, is_corrected: bool) -> str:
    """Return the title of a DOI."""
    return f"Burst {base}{', corrected' if is_corrected else ''}"


def people_of(base: int, plan: Plan) -> list[int]:
    """Return the enrolled people that this DOI names: the square of chance, so that some have many."""
    group, place = divmod(base, GROUP)
    if place not in {ANNOUNCED, POLLED}:
        return []
    many = 2 if place == POLLED and group % 3 == 0 else 1
    draws = ((base * 2_654_435_761 + n * 40_503 + 12_345) % 1_000_003 / 1_000_003 for n in range(many))
    return sorted({int(draw**2 * plan.named_people) for draw in draws})


def person_id(person: int) -> str:
    """Return the iD of an enrolled person."""
    return orcid_id(FIRST_PERSON + person)


def token_of(person: int) -> str:
    """Return the token that ORCID gave us for this person."""
    return f"00000000-0000-4000-8000-{person:012d}"


def is_announced(number: int) -> bool:
    """Tell whether agents announce this change."""
    return base_of(number) % GROUP == ANNOUNCED


@dataclass(frozen=True)
class Wanted:
    """A work that must be on a record at the end: its title, and since when it had this title."""

    title: str
    since: float
    is_announced: bool
    is_correction: bool


def wanted_works(plan: Plan) -> Iterator[tuple[tuple[str, str], Wanted]]:
    """Yield each pair of iD and DOI with what must be on the record when all changes have been dealt with."""
    for base in range(plan.changes):
        later = later_change(base)
        is_corrected = base % GROUP == ANNOUNCED and later is not None and later < plan.changes
        since = plan.at(later if is_corrected and later is not None else base)
        for person in people_of(base, plan) if base_of(base) == base else ():
            yield (
                (person_id(person), doi_of(base)),
                Wanted(title_of(base, is_corrected=is_corrected), since, is_announced(base), is_corrected),
            )

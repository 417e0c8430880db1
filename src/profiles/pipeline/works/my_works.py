"""List a person's works: their claims with titles, whether the metadata name the person, and drift.

Claims and metadata are in packages that do not know each other; here one statement joins them, made of the
parts that each exports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec
from django.db import connection

from profiles.claims import selectors as claims
from profiles.claims.bulk_acts import store as bulk_acts
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.consents.selectors import is_usable
from profiles.domain.claim import ClaimState
from profiles.domain.facets import Combination, count_facets
from profiles.domain.problems import (
    DATACITE_BUSY,
    DATACITE_UNAVAILABLE,
    ORCID_BUSY,
    ORCID_UNAVAILABLE,
)
from profiles.domain.work_status import OnRecord
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake import selectors as intake
from profiles.intake.comparison import COMPARED_AT, QUESTION_COUNT
from profiles.pipeline.works.needs import WORKS_COUNT
from profiles.pipeline.works.own_record import record_as_last_read
from profiles.pipeline.works.work_status import claim_on_record


class Facet(StrEnum):
    """What a list of works is narrowed down by; the values are the names in addresses."""

    STATE = "show"
    TYPE = "type"
    SOURCE = "source"
    REPOSITORY = "repository"
    YEAR = "year"


STATES: Final = {
    "on": (ClaimState.DONE,),
    "queued": (ClaimState.WAITING, ClaimState.WORKING, ClaimState.NOTIFIED),
    "failed": (ClaimState.FAILED,),
    "removed": (ClaimState.DELETED,),
    "left-out": (ClaimState.IGNORED,),
}
"""The groups of states that a person tells apart."""
_GROUP_OF: Final = {state.value: name for name, states in STATES.items() for state in states}
_OUTAGES: Final = (ORCID_UNAVAILABLE, ORCID_BUSY, DATACITE_UNAVAILABLE, DATACITE_BUSY)
_COLUMNS: Final = {
    Facet.STATE: "c.state",
    Facet.TYPE: "coalesce(s.kind, '')",
    Facet.SOURCE: "c.origin",
    Facet.REPOSITORY: f"coalesce({intake.REPOSITORY_NAME}, '')",
    Facet.YEAR: "coalesce(s.year::text, '')",
}
FROM_WORKS: Final = (
    f"{claims.CLAIMS} LEFT JOIN {intake.SNAPSHOTS} USING (doi) LEFT JOIN {intake.REPOSITORIES}"
)
_IS_OWN: Final = "c.orcid_id = %(orcid_id)s"
_HAS_TEXT: Final = (
    "(position(lower(%(text)s) in c.doi) > 0 OR position(lower(%(text)s) in lower(s.title)) > 0)"
)


@dataclass(frozen=True, slots=True)
class WorksFilter:
    """What is chosen of each facet, and words of the title or DOI."""

    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether all works are listed."""
        return not self.text and not any(self.chosen.values())

    def where(self, orcid_id: str) -> tuple[str, dict[str, Any]]:
        """Return the condition in SQL, with its parameters."""
        conditions, parameters = _of_person(orcid_id, self.text)
        for facet, values in self.chosen.items():
            if values:
                wanted = values
                if facet is Facet.STATE:
                    wanted = frozenset(state for name in values for state in STATES.get(name, ()))
                conditions.append(f"{_COLUMNS[facet]} = ANY(%({facet.value})s)")
                parameters[facet.value] = sorted(wanted)
        return " AND ".join(conditions), parameters


def _of_person(orcid_id: str, text: str) -> tuple[list[str], dict[str, Any]]:
    conditions = [_IS_OWN, _HAS_TEXT] if text else [_IS_OWN]
    return conditions, {"orcid_id": orcid_id, "text": text}


@dataclass(frozen=True, slots=True)
class WorksOverview:
    """How many works fit, the counted values of each facet, and what moves.

    ``outages``: how many works wait for a service that does not answer, by problem.
    """

    total: int
    facets: Mapping[Facet, Mapping[str, int]]
    outages: Mapping[str, int]
    changes_soon: bool
    may_be_taken_over: int
    """How many works Auto-Update could vouch for, that Search & Link added."""


_OVERVIEW: Final = f"""
SELECT {", ".join(_COLUMNS.values())},
    CASE WHEN c.state IN ('waiting', 'working') AND c.problem = ANY(%(outages)s) THEN c.problem ELSE '' END,
    count(*), bool_or(c.state = 'working' OR c.state = 'waiting' AND c.due_at <= %(soon)s),
    count(*) FILTER (WHERE {claims.ON_RECORD_OF_CLIENT} AND NOT c.reassert AND {intake.NAMES_PERSON})
FROM {FROM_WORKS}
WHERE {{where}} GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608  nothing of a caller's


def overview(
    orcid_id: str, wanted: WorksFilter, *, soon: timedelta, taken_over_from: str | None = None
) -> WorksOverview:
    """Count a person's works for the page of the list, in one query.

    ``taken_over_from`` is the ORCID client whose works Auto-Update may take over.
    """
    conditions, parameters = _of_person(orcid_id, wanted.text)
    parameters |= {
        "outages": [problem.code for problem in _OUTAGES],
        "soon": clock.now() + soon,
        "owner_client": taken_over_from,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEW.format(where=" AND ".join(conditions)), parameters)
        rows = cursor.fetchall()
    combinations, outages = [], dict[str, int]()
    for state, *others, problem, count, _moves, _by_hand in rows:
        combinations.append(Combination((_GROUP_OF[state], *others), count))
        if problem:
            outages[problem] = outages.get(problem, 0) + count
    counted = count_facets(combinations, [_chosen(wanted, facet) for facet in Facet])
    return WorksOverview(
        counted.total,
        dict(zip(Facet, counted.facets, strict=True)),
        outages,
        any(moves for *_, moves, _ in rows),
        sum(row[-1] for row in rows),
    )


def _chosen(wanted: WorksFilter, facet: Facet) -> frozenset[str]:
    return wanted.chosen.get(facet, frozenset())


_FOUND: Final = f"SELECT c.id FROM {FROM_WORKS} WHERE {{where}} ORDER BY c.id"  # noqa: S608  nothing of a caller's


def found_claim_ids(orcid_id: str, wanted: WorksFilter) -> Sequence[int]:
    """Return the claims of all works that fit, on whatever page they are."""
    where, parameters = wanted.where(orcid_id)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(where=where), parameters)
        return [row[0] for row in cursor.fetchall()]


PAGE_SIZE: Final = 25
ALL_WORKS: Final = WorksFilter()
ORDERS: Final = {
    "latest": "c.updated_at DESC, c.id DESC",
    "oldest": "c.updated_at, c.id",
    # As a reader looks it up: É beside E, also where the database compares bytes.
    "title": "regexp_replace(normalize(lower(coalesce(nullif(s.title, ''), c.doi)), NFKD), "
    r"'[\u0300-\u036f]', '', 'g'), c.id",
    "added": "c.claimed_at DESC NULLS LAST, c.id DESC",
}
_STALE_AFTER: Final = timedelta(minutes=15)
_LIST_WORKS: Final = f"""
SELECT c.*, s.title AS title, s.language AS language, s.kind AS kind, s.year AS year,
    {intake.REPOSITORY_NAME} AS repository, {intake.NAMES_PERSON} AS names_owner
FROM {FROM_WORKS}
WHERE {{where}} ORDER BY {{order}} LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  nothing of a caller's


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One work of the list. ``names_owner`` is None while its metadata are not known here."""

    claim: Claim
    title: str
    language: str
    kind: str
    year: int | None
    repository: str
    names_owner: bool | None
    on_record: OnRecord
    source: str
    """The other source that put the work on the record, if there is one."""


def list_works(
    orcid_id: str,
    wanted: WorksFilter = ALL_WORKS,
    *,
    order: str = "latest",
    page: int = 1,
    size: int | None = PAGE_SIZE,
) -> list[WorkRow]:
    """List one page of the works that fit, or all of them without ``size``."""
    where, parameters = wanted.where(orcid_id)
    parameters |= {"limit": size, "offset": (page - 1) * (size or 0)}
    rows: Any = Claim.objects.raw(_LIST_WORKS.format(where=where, order=ORDERS[order]), parameters)
    entries = record_as_last_read(orcid_id).entries
    return [
        WorkRow(
            row,
            row.title or "",
            row.language or "",
            row.kind or "",
            row.year,
            row.repository or "",
            row.names_owner,
            *claim_on_record(row, entries),
        )
        for row in rows
    ]


_COUNT_SETTLED: Final = f"""
SELECT count(*), ({WORKS_COUNT}) FROM {claims.CLAIMS} LEFT JOIN {intake.SNAPSHOTS} USING (doi)
WHERE c.orcid_id = %(orcid_id)s AND ({claims.ON_RECORD_OR_ON_ITS_WAY})
    AND (s.doi IS NULL OR s.state = 'findable' AND {intake.NAMES_PERSON})
"""  # noqa: S608  nothing of a caller's


def count_settled(orcid_id: str) -> tuple[int, int]:
    """Count the works that name a person and are on their record from us, or on their way to it.

    A claim whose metadata are not known yet counts: they are read in a moment, and most name the person.
    The second number is that of the works that need the person, which the page's header shows.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SETTLED, {"orcid_id": orcid_id})
        settled, needing = cursor.fetchone()
        return settled, needing


def work_of(claim: Claim) -> WorkRow:
    """Return one work with what its metadata say."""
    record_status = claim_on_record(claim, record_as_last_read(claim.orcid_id).entries)
    snapshot = intake.snapshot_of(claim.doi)
    if snapshot is None:
        return WorkRow(claim, "", "", "", None, "", None, *record_status)
    return WorkRow(
        claim,
        snapshot.title,
        snapshot.language,
        snapshot.kind,
        snapshot.year,
        snapshot.publisher,
        claim.orcid_id in snapshot.names,
        *record_status,
    )


_ABOVE_LIST: Final = f"""
SELECT ({QUESTION_COUNT}), ({WORKS_COUNT}), ({COMPARED_AT}), ({bulk_acts.PROGRESS})::text
"""


@dataclass(frozen=True, slots=True)
class AboveList:
    """What the page says above the list: open questions, the last comparison, the last act on many works.

    ``needing`` counts the works that need their owner, open questions included.
    """

    questions: int
    needing: int
    compared_at: datetime | None
    bulk_act: bulk_acts.Progress | None


def above_list(orcid_id: str) -> AboveList:
    """Return what the page says above the list, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE_LIST, {"orcid_id": orcid_id, "acts_since": clock.now() - bulk_acts.SHOWN})
        questions, needing, compared_at, progress = cursor.fetchone()
    act = msgspec.json.decode(progress, type=bulk_acts.Progress) if progress else None
    return AboveList(questions, needing, compared_at, act)


def compare_if_stale(orcid_id: str, compared_at: datetime | None, held: Iterable[Consent]) -> None:
    """Defer a comparison of the record when its owner looks at it and the last one is not recent."""
    is_stale = compared_at is None or compared_at < clock.now() - _STALE_AFTER
    if is_stale and any(is_usable(consent) for consent in held):
        defer(job_names.COMPARE, lock=f"{job_names.COMPARE}:{orcid_id}", orcid_id=orcid_id)

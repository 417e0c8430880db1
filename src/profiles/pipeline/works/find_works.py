"""Find works at DataCite for somebody, with what they and each work have to do with each other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import structlog

from profiles.accounts.models import Account
from profiles.claims import selection_selectors
from profiles.clients.datacite import DataCite, DoiPage, Facet
from profiles.clients.errors import ServiceError
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.domain.problems import Problem
from profiles.domain.records.search import name_query, naming_query, words_query
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.works.work_status import WorkStatus, names_of, standings

log = structlog.get_logger(__name__)

PAGE: Final = 25
LAST_PAGE: Final = 10_000 // PAGE
"""DataCite shows no more of a search than ten thousand works."""
_CREATORS: Final = 3


class Way(StrEnum):
    """How works are looked for."""

    BY_ID = "id"
    BY_NAME = "name"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    way: Way = Way.BY_ID
    text: str = ""
    kind: str = ""
    year: str = ""
    repository: str = ""
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class ShownWork:
    """A work as a list shows it."""

    doi: str
    title: str
    year: str
    kind: str
    publisher: str
    repository: str
    creators: str
    standing: WorkStatus
    is_chosen: bool = False


@dataclass(slots=True)
class Results:
    """What was found, or why nothing could be, and in how many seconds to ask again."""

    works: list[ShownWork] = field(default_factory=list)
    total: int = 0
    facets: Mapping[str, Sequence[Facet]] = field(default_factory=dict)
    problem: Problem | None = None
    again_in: int = 0
    record_problem: str = ""
    is_empty_question: bool = False

    @property
    def pages(self) -> int:
        """How many pages can be reached."""
        return min(-(-self.total // PAGE), LAST_PAGE)


def find(
    account: Account,
    wanted: Wanted,
    *,
    seconds: float = datacite_time_budget.PAGE_SECONDS,
    datacite: DataCite | None = None,
) -> Results:
    """Search, and say of each work how it and the person stand. Trouble at DataCite is told, not raised."""
    asked = _question(account, wanted)
    if asked is None:
        return Results(is_empty_question=True)
    try:
        page = datacite_time_budget.ask(
            lambda: _search(datacite or sync_clients.datacite(), asked, wanted), seconds=seconds
        )
    except ServiceError as error:
        return Results(problem=error.entry, again_in=datacite_time_budget.retry_delay(error))
    records = [record for raw in page.records if (record := readable(raw)) is not None]
    found, record_problem = standings(account, records)
    chosen = selection_selectors.chosen_dois(account.orcid_id, [record.doi for record in records])
    return Results(
        works=[_shown(record, found[record.doi], is_chosen=record.doi in chosen) for record in records],
        total=page.total or len(records),
        facets=page.facets,
        record_problem=record_problem,
    )


def _question(account: Account, wanted: Wanted) -> dict[str, str] | None:
    """Put what is looked for into DataCite's words; None when nothing is asked."""
    if wanted.way is Way.BY_ID:
        query = naming_query(account.orcid_id)
    elif wanted.way is Way.BY_NAME:
        query = name_query(names_of(account), without=account.orcid_id)
    elif (doi := parse_doi(wanted.text)) is not None:
        return {"ids": doi}
    else:
        orcid_id = parse_orcid_id(wanted.text)
        query = naming_query(orcid_id) if orcid_id else words_query(wanted.text)
    return {"query": query} if query else None


async def _search(datacite: DataCite, asked: dict[str, str], wanted: Wanted) -> DoiPage:
    filters = {
        "resource_type_id": wanted.kind,
        "published": wanted.year,
        "client_id": wanted.repository,
        "sort": wanted.sort or ("relevance" if wanted.way is Way.WORDS else "-published"),
    }
    return await datacite.search(**asked, **filters, page=min(wanted.page, LAST_PAGE), size=PAGE, facets=True)


def readable(raw: bytes) -> Sighting | None:
    """Read a record that a search gave, or leave it out."""
    try:
        return read_sighting(raw)
    except UnreadableRecordError:
        log.warning("find_works.unreadable")
        return None


def about(record: Sighting) -> dict[str, str]:
    """Take from a record what tells people which work it is."""
    return {
        "title": record.title[:500],
        "year": str(record.shown.publication_year or "")[:10],
        # As DataCite's own filter is worded: "Journal Article".
        "kind": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", record.resource_type)[:40],
        "publisher": (record.shown.publisher_name or "")[:200],
    }


def _shown(record: Sighting, standing: WorkStatus, *, is_chosen: bool) -> ShownWork:
    names = [person.name or person.family_name for person in record.creators[: _CREATORS + 1]]
    return ShownWork(
        doi=record.doi,
        repository=record.repository,
        creators="; ".join(["…" if place == _CREATORS else name for place, name in enumerate(names)]),
        standing=standing,
        is_chosen=is_chosen,
        **about(record),
    )

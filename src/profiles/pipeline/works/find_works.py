"""Search DataCite for works, and show the status of each work for the person who searches."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import structlog

from profiles.accounts.models import Account
from profiles.claims.selectors import claim_of
from profiles.clients.datacite import DataCite, DoiPage, Facet
from profiles.clients.errors import ServiceError
from profiles.domain import problems
from profiles.domain.ids import parse_orcid_id, read_doi
from profiles.domain.mapping.languages import title_language
from profiles.domain.problem import Problem
from profiles.domain.records.display import type_words
from profiles.domain.records.search import dois_query, name_query, naming_query, words_query
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.intake import selectors as intake
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.missing_dois import Ask, problem_of_missing
from profiles.pipeline.repositories import repositories_of
from profiles.pipeline.works.own_record import Held
from profiles.pipeline.works.work_status import WorkStatus, names_of, work_statuses

log = structlog.get_logger(__name__)

PAGE_SIZE: Final = 25
LAST_PAGE: Final = 10_000 // PAGE_SIZE
"""DataCite shows at most ten thousand works of a search."""
MAX_FOUND: Final = 5_000
"""How many works of one search are listed together; no person ticks more."""
_CURSOR_PAGE_SIZE: Final = 1_000
_MAX_CREATORS: Final = 3


class SearchMode(StrEnum):
    """How to search for works."""

    BY_ID = "id"
    BY_NAME = "name"
    WORDS = "words"
    OWN_LIST = "list"
    """No search: what the person pasted and chose."""


@dataclass(frozen=True, slots=True)
class WorkSearch:
    """A search, with its filters."""

    way: SearchMode = SearchMode.BY_ID
    text: str = ""
    kind: str = ""
    year: str = ""
    repository: str = ""
    sort: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether a type, a year or a repository is chosen."""
        return bool(self.kind or self.year or self.repository)

    def without_filters(self) -> "WorkSearch":
        """Return the same search for all types, years and repositories."""
        return replace(self, kind="", year="", repository="", page=1)


@dataclass(frozen=True, slots=True)
class ListedWork:
    """A work in a list of results."""

    doi: str
    title: str
    language: str
    year: str
    kind: str
    publisher: str
    creators: str
    repository: str
    """The repository's id, by which works are filtered."""
    repository_name: str
    standing: WorkStatus


@dataclass(slots=True)
class Results:
    """The found works, or the problem and in how many seconds to ask again."""

    works: list[ListedWork] = field(default_factory=list)
    total: int = 0
    facets: Mapping[str, Sequence[Facet]] = field(default_factory=dict)
    problem: Problem | None = None
    again_in: int = 0
    record_problem: str = ""
    is_empty_question: bool = False
    missing: Problem | None = None
    """Why DataCite shows no work for the DOI that was searched for."""

    @property
    def pages(self) -> int:
        """The number of pages that can be shown."""
        return min(-(-self.total // PAGE_SIZE), LAST_PAGE)


def find(
    account: Account,
    search: WorkSearch,
    *,
    seconds: float = datacite_time_budget.PAGE_SECONDS,
    datacite: DataCite | None = None,
    held: Held | None = None,
) -> Results:
    """Search, and add the status of each work. A problem at DataCite is returned, not raised.

    ``held`` are the person's permissions, where they were read already.
    """
    query = _query(account, search)
    if not query:
        return Results(is_empty_question=True)
    client = datacite or sync_clients.datacite()
    ask: Ask = datacite_time_budget.asking(seconds=seconds)
    try:
        page = ask(lambda: _search(client, query, search))
    except ServiceError as error:
        return Results(problem=error.entry, again_in=datacite_time_budget.retry_delay(error))
    records = [record for raw in page.records if (record := readable(raw)) is not None]
    works, record_problem = _listed_works(account, records, held=held)
    missing = _why_missing(account, search, ask, client) if not records and search.page == 1 else None
    return Results(
        missing=missing,
        works=works,
        total=page.total or len(records),
        facets=page.facets,
        record_problem=record_problem,
    )


def find_all(account: Account, search: WorkSearch, *, datacite: DataCite | None = None) -> list[ListedWork]:
    """List the works of a search on all its pages together, at most ``MAX_FOUND``.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    query = _query(account, search)
    if not query:
        return []
    client = datacite or sync_clients.datacite()

    async def reading() -> list[bytes]:
        found: list[bytes] = []
        async for page in _all_pages(client, query, search):
            found += page.records
            if len(found) >= MAX_FOUND:
                break
        return found[:MAX_FOUND]

    found = datacite_time_budget.ask(reading, seconds=datacite_time_budget.BACKGROUND_SECONDS)
    return _listed_works(account, [record for raw in found if (record := readable(raw)) is not None])[0]


def _listed_works(
    account: Account, records: Sequence[Sighting], *, held: Held | None = None
) -> tuple[list[ListedWork], str]:
    """Add the status of each record, and return the problem if the ORCID record could not be read."""
    statuses, record_problem = work_statuses(account, records, held=held)
    repositories = repositories_of(records)
    works = [
        _listed_work(record, statuses[record.doi], repositories[record.repository].name) for record in records
    ]
    return works, record_problem


def _query(account: Account, search: WorkSearch) -> str:
    """Return DataCite's query for a search, empty when nothing is searched for."""
    if search.way is SearchMode.BY_ID:
        return naming_query(account.orcid_id)
    if search.way is SearchMode.BY_NAME:
        return name_query(names_of(account), without=account.orcid_id)
    if (mention := read_doi(search.text)) is not None:
        return dois_query([mention.doi, *mention.others])
    orcid_id = parse_orcid_id(search.text)
    return naming_query(orcid_id) if orcid_id else words_query(search.text)


def _why_missing(account: Account, search: WorkSearch, ask: Ask, datacite: DataCite) -> Problem | None:
    """Return why DataCite shows no work for the DOI that was searched for, if it was one."""
    mention = read_doi(search.text) if search.way is SearchMode.WORDS else None
    if mention is None or search.kind or search.year or search.repository:
        return None
    if _was_shown_to(account, mention.doi):
        return problems.DOI_WITHDRAWN
    try:
        problem: Problem = ask(lambda: problem_of_missing(datacite, mention.doi))
    except ServiceError:
        return None
    return problem


def _was_shown_to(account: Account, doi: str) -> bool:
    """Tell whether DataCite showed a DOI before that concerns the person; of others they must not learn."""
    snapshot = intake.snapshot_of(doi)
    if snapshot is None:
        return False
    return account.orcid_id in snapshot.names or claim_of(account.orcid_id, doi) is not None


async def _search(datacite: DataCite, query: str, search: WorkSearch) -> DoiPage:
    sort = search.sort or ("relevance" if search.way is SearchMode.WORDS else "-published")
    page = min(search.page, LAST_PAGE)
    return await datacite.search(
        query=query, page=page, size=PAGE_SIZE, facets=True, sort=sort, **_filters(search)
    )


async def _all_pages(datacite: DataCite, query: str, search: WorkSearch) -> AsyncIterator[DoiPage]:
    cursor: str | None = "1"
    while cursor:
        page = await datacite.search(
            query=query, cursor=cursor, size=_CURSOR_PAGE_SIZE, page=1, facets=False, **_filters(search)
        )
        yield page
        cursor = page.cursor


def _filters(search: WorkSearch) -> dict[str, str]:
    return {"resource_type_id": search.kind, "published": search.year, "client_id": search.repository}


def readable(raw: bytes) -> Sighting | None:
    """Read a record from a search; return None when it cannot be read."""
    try:
        return read_sighting(raw)
    except UnreadableRecordError:
        log.warning("find_works.unreadable")
        return None


def display_fields(record: Sighting) -> dict[str, str]:
    """Return the fields of a record by which people recognise the work."""
    return {
        "title": record.title[:500],
        "language": title_language(record.shown),
        "year": str(record.shown.publication_year or "")[:10],
        "kind": type_words(record.resource_type)[:40],
        "publisher": (record.shown.publisher_name or "")[:200],
    }


def _listed_work(record: Sighting, standing: WorkStatus, repository_name: str) -> ListedWork:
    names = [person.name or person.family_name for person in record.creators[: _MAX_CREATORS + 1]]
    return ListedWork(
        doi=record.doi,
        repository=record.repository,
        repository_name=repository_name,
        creators="; ".join(["…" if place == _MAX_CREATORS else name for place, name in enumerate(names)]),
        standing=standing,
        **display_fields(record),
    )

"""Why DataCite shows no work for a DOI: another agency registered it, or no public DOI has this name."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final

from django.core.cache import cache

from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.clients.errors import ServiceError
from profiles.domain import problems
from profiles.domain.ids import Doi, Mention
from profiles.domain.problem import Problem
from profiles.domain.records.search import dois_query
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting

_PREFIX_SECONDS: Final = 24 * 3600

Ask = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]
"""Makes a call and waits for its answer; raises ServiceError."""


def elsewhere_among(
    datacite: DataCite, dois: Collection[str], *, ask: Ask = lambda work: blocking.call(work())
) -> set[str]:
    """Return those of these DOIs, which DataCite does not show, that are not registered with DataCite.

    At most one call, plus one for each prefix that was not asked about since yesterday.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    prefixes = {doi: cache.get(_key(doi)) for doi in dois}
    if not prefixes:
        return set()
    elsewhere: set[str]
    elsewhere, asked = ask(lambda: _elsewhere(datacite, prefixes))
    for prefix, is_ours in asked.items():
        cache.set(_key(prefix), is_ours, _PREFIX_SECONDS)
    return elsewhere


def shown_reading(
    datacite: DataCite, mention: Mention, *, ask: Ask = lambda work: blocking.call(work())
) -> Doi:
    """Return the first reading of a written DOI that DataCite shows, or else the likeliest."""
    if not mention.others:
        return mention.doi
    try:
        page = ask(lambda: datacite.named([mention.doi, *mention.others]))
    except ServiceError:
        return mention.doi
    shown = {_doi(raw) for raw in page.records}
    return next((doi for doi in (mention.doi, *mention.others) if doi in shown), mention.doi)


async def problem_of_missing(datacite: DataCite, doi: str) -> Problem:
    """Return why DataCite shows no work for a DOI.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    elsewhere, _asked = await _elsewhere(datacite, {doi: None})
    return problems.DOI_ELSEWHERE if elsewhere else problems.DOI_UNKNOWN


async def _elsewhere(
    datacite: DataCite, prefixes: dict[str, bool | None]
) -> tuple[set[str], dict[str, bool]]:
    """Return the DOIs of other agencies, and which prefixes were found to be DataCite's or not.

    ``prefixes``: for each DOI whether its prefix is DataCite's, None when that is not known.
    """
    dois = list(prefixes)
    page = await datacite.search(
        query=dois_query(dois), size=len(dois), include_other_registration_agencies="true"
    )
    elsewhere = {doi for raw in page.records if (doi := _doi(raw)) in prefixes}
    asked: dict[str, bool] = {}
    for doi, is_ours in prefixes.items():
        prefix = doi.partition("/")[0]
        if doi not in elsewhere and is_ours is None and prefix not in asked:
            asked[prefix] = bool((await datacite.search(prefix=prefix, size=1)).records)
        if not asked.get(prefix, True if is_ours is None else is_ours):
            elsewhere.add(doi)
    return elsewhere, asked


def _doi(raw: bytes) -> str:
    try:
        return read_sighting(raw).doi
    except UnreadableRecordError:
        return ""


def _key(doi: str) -> str:
    return f"doi-prefix:{doi.partition('/')[0]}"

"""The DataCite REST API as we use it: one DOI, pages of changed DOIs, searches."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from profiles.clients.datacite_pages import read_page, read_single
from profiles.clients.errors import (
    RefusedError,
    ServiceError,
    ServiceUnavailableError,
    TooManyCallsError,
    UnclearAnswerError,
)
from profiles.clients.http import Answer, HttpClient, object_in, parsed, retry_after
from profiles.domain import problems
from profiles.domain.records.search import dois_query

PAGE: Final = 1000
_FORM: Final = {"affiliation": "true", "publisher": "true"}
"""The form of records that is asked for: with objects, DataCite's default from September 2027 on. Either form
is read."""
_LIMITED: Final = re.compile(rb"rate limit", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that the works found have: its name in filters, for people, and how many have it."""

    id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class RepositoryEntry:
    """A repository: its ``clientType`` and its name for people; empty where DataCite does not know it."""

    kind: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class DoiPage:
    """Some records as they came, how many there are in all, and where the next page begins."""

    records: list[bytes]
    total: int | None
    cursor: str | None
    facets: Mapping[str, Sequence[Facet]] = field(default_factory=dict)


class DataCite:
    """Reads DOIs. Anonymous, so only findable ones are seen; we name ourselves, which raises the limit."""

    def __init__(self, http: HttpClient, *, api_url: str) -> None:
        self._http = http
        self._url = api_url

    async def doi(self, doi: str) -> bytes:
        """Return one DOI's record (``{"id", "type", "attributes", ...}``) as it came.

        Raises:
            RefusedError: no findable DOI has this name.
            UnclearAnswerError: the question was refused, or the answer cannot be read.
            ServiceUnavailableError: ask again later.
        """
        answer = await self._get("dois/one", f"/dois/{quote(doi, safe='/')}", _FORM)
        if answer.status == 404:  # noqa: PLR2004  not found
            raise RefusedError(problem=problems.DOI_UNKNOWN, status=404)
        if answer.status == 400:  # noqa: PLR2004  bad request: it says nothing about the DOI
            raise UnclearAnswerError(
                "the question was refused", problem=problems.DATACITE_REFUSED, status=answer.status
            )
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)
        found = read_single(answer.body)
        if found is None:
            raise UnclearAnswerError("a DOI in an unknown form", problem=problems.DATACITE_UNCLEAR)
        if (name := _name_in(found)) and name.lower() != doi.lower():
            raise UnclearAnswerError("the record of another DOI", problem=problems.DATACITE_UNCLEAR)
        return found

    async def changed(
        self, *, since: datetime, until: datetime, cursor: str = "1", size: int = PAGE
    ) -> DoiPage:
        """Return a page of the DOIs whose ``updated`` lies in the window, ends included.

        Raises:
            UnclearAnswerError: DataCite answers, but not with a page; ask for a smaller one.
            ServiceError: the page could not be read; the same call goes on where this one ended.
        """
        window = f"updated:[{_moment(since)} TO {_moment(until)}]"
        return await self.search(query=window, cursor=cursor, size=size)

    async def changes(self, *, since: datetime, until: datetime) -> AsyncIterator[DoiPage]:
        """Go through all pages of a window.

        Raises:
            ServiceError: a page could not be read.
        """
        cursor: str | None = "1"
        while cursor:
            page = await self.changed(since=since, until=until, cursor=cursor)
            yield page
            cursor = page.cursor

    async def named(self, dois: Sequence[str]) -> DoiPage:
        """Return the records of these DOIs, a hundred at most, as far as DataCite's list shows them yet.

        A comma parts the names in the question, so DOIs with one are searched for.

        Raises:
            ServiceError: the list could not be read.
        """
        plain = [doi for doi in dois if "," not in doi]
        odd = [doi for doi in dois if "," in doi]
        found = await self.search(ids=",".join(plain), size=len(plain)) if plain else DoiPage([], None, None)
        if not odd:
            return found
        more = await self.search(query=dois_query(odd), size=len(odd))
        return DoiPage(found.records + more.records, None, None)

    async def search(
        self,
        *,
        query: str = "",
        cursor: str = "",
        size: int = 25,
        page: int = 1,
        facets: bool = False,
        **filters: str,
    ) -> DoiPage:
        """Search by DataCite's query language and filters (``user-id``, ``resource-type-id``, ...).

        ``facets`` asks what the works found are like, which costs DataCite more. The next request is built
        by us: DataCite's own ``next`` link drops filters.

        Raises:
            RefusedError: the query has a mistake.
            ServiceError: the search could not be made.
        """
        parameters = {
            **_FORM,
            "disable-facets": "false" if facets else "true",
            "page[size]": str(size),
            **({"page[cursor]": cursor} if cursor else {"page[number]": str(page)}),
            **({"query": query} if query else {}),
            **{name.replace("_", "-"): value for name, value in filters.items() if value},
        }
        answer = await self._get("dois/search", "/dois", parameters)
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)
        found = read_page(answer.body)
        if found is None:
            raise UnclearAnswerError("a page in an unknown form", problem=problems.DATACITE_UNCLEAR)
        following = _cursor(found.links.get("next")) if cursor else None
        if following == cursor:
            # A list that leads back to the same page would be read without end.
            if found.records:
                raise UnclearAnswerError("the same page again", problem=problems.DATACITE_UNCLEAR)
            following = None
        total = found.meta.get("total")
        return DoiPage(
            records=found.records,
            total=total if isinstance(total, int) else None,
            cursor=following,
            facets=_facets(found.meta) if facets else {},
        )

    async def repository(self, client_id: str) -> RepositoryEntry:
        """Return what a repository is, an empty entry when DataCite does not know it.

        Raises:
            ServiceError: it could not be read.
        """
        answer = await self._get("clients/one", f"/clients/{quote(client_id, safe='')}", {})
        if answer.status == 404:  # noqa: PLR2004  not found
            return RepositoryEntry()
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)
        body = parsed(answer.body, msgspec.json.decode)
        attributes = object_in(body, "data", "attributes")
        return RepositoryEntry(str(attributes.get("clientType") or ""), str(attributes.get("name") or ""))

    async def holder_of(self, credential: str) -> str:
        """Return whose API key or token this is, by DataCite's word; an empty text if it is no good there.

        DataCite takes both as a bearer and names the caller in a header of each answer.

        Raises:
            ServiceError: DataCite could not say.
        """
        empty_page = {"page[size]": "0", "disable-facets": "true"}
        bearer = {"Authorization": f"Bearer {credential}"}
        answer = await self._get("credentials/holder", "/dois", empty_page, headers=bearer)
        if answer.status == 401:  # noqa: PLR2004  bad credentials
            return ""
        if answer.status != 200:  # noqa: PLR2004  ok
            raise _refusal(answer)
        return answer.headers.get("x-credential-username", "")

    async def _get(
        self, route: str, path: str, query: dict[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        try:
            return await self._http.send(
                "datacite",
                route,
                "GET",
                self._url + path,
                headers={"Accept": "application/vnd.api+json, application/json", **(headers or {})},
                query=query,
            )
        except ServiceUnavailableError as error:
            raise ServiceUnavailableError(error.detail, problem=problems.DATACITE_UNAVAILABLE) from None
        except UnclearAnswerError as error:
            raise UnclearAnswerError(error.detail, problem=problems.DATACITE_UNCLEAR) from None


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _facets(meta: Mapping[str, Any]) -> dict[str, list[Facet]]:
    """Take the counts out of a page's meta; they may be switched off, and then there are none."""
    return {
        name: [
            Facet(str(one["id"]), str(one.get("title") or one["id"]), int(one["count"]))
            for one in values
            if isinstance(one, dict) and one.get("id") and isinstance(one.get("count"), int)
        ]
        for name, values in meta.items()
        if isinstance(values, list)
    }


class _Named(msgspec.Struct):
    id: str = ""


def _name_in(record: bytes) -> str:
    """Return the DOI by which a record names itself, an empty text if that cannot be read."""
    try:
        return msgspec.json.decode(record, type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _cursor(link: Any) -> str | None:
    if not isinstance(link, str):
        return None
    found = parse_qs(urlsplit(link).query).get("page[cursor]")
    return found[0] if found else None


def _refusal(answer: Answer) -> ServiceError:
    """Read a refusal; ``errors`` may be a list or an object, and stage limits by 403."""
    status = answer.status
    if status == 429 or (status == 403 and _LIMITED.search(answer.body)):  # noqa: PLR2004  the limit
        wait = retry_after(answer) or 60.0
        return TooManyCallsError(problem=problems.DATACITE_BUSY, status=status, retry_after=wait)
    if status == 400:  # noqa: PLR2004  bad request
        return RefusedError("query refused", problem=problems.DATACITE_REFUSED, status=status)
    if status < 500:  # noqa: PLR2004  an answer, though not the one that was asked for
        return ServiceUnavailableError(f"status {status}", problem=problems.DATACITE_REFUSED, status=status)
    return ServiceUnavailableError(f"status {status}", problem=problems.DATACITE_UNAVAILABLE, status=status)

"""The client: rooms of the API as attributes, calls as methods, lists as iterators over all their pages."""

import uuid as uuids
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypedDict, Unpack

from profiles_client import shapes
from profiles_client.hooks import DoiEvents, Webhooks
from profiles_client.shapes import (
    Batch,
    Claim,
    ClaimPage,
    ClaimRequest,
    Many,
    One,
    RepositoryView,
    Result,
    User,
    UserPage,
)
from profiles_client.transport import Limits, Transport, pages

MAX_IN_A_BATCH: Final = 1000
_BY_CURSOR: Final = {"page[size]": 100, "page[cursor]": 1}
_USUAL: Final = Limits()


class ClaimFilters(TypedDict, total=False):
    """What lists of claims can be narrowed by; see the API's description for what each takes."""

    orcid: str
    dois: Sequence[str]
    ids: Sequence[str]
    states: Sequence[str]
    sources: Sequence[str]
    actions: Sequence[str]
    created: str
    claimed: str
    query: str


_PARAMETERS: Final = {
    "orcid": "user-id",
    "dois": "dois",
    "ids": "ids",
    "states": "state",
    "sources": "source-id",
    "actions": "claim-action",
    "created": "created",
    "claimed": "claimed",
    "query": "query",
}


class Profiles:
    """DataCite Profiles, as one caller. Safe to use from several threads.

    ``token`` is a personal key (``dcp_pat_…``), a service key (``dcp_svc_…``) or the token of the shared
    cookie; without one, only what is public can be read. Use it as a context manager, or close it.
    """

    def __init__(
        self, url: str = "https://profiles.datacite.org", *, token: str = "", limits: Limits = _USUAL
    ) -> None:
        self._transport = Transport(url, token, limits)
        self.claims = Claims(self._transport)
        self.batches = Batches(self._transport)
        self.users = Users(self._transport)
        self.repositories = Repositories(self._transport)
        self.webhooks = Webhooks(self._transport)
        self.doi_events = DoiEvents(self._transport)

    def __repr__(self) -> str:
        """Name the service; never the token."""
        return f"Profiles({self._transport.url!r})"

    def __enter__(self) -> Self:
        """Nothing is opened before the first call."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class Claims:
    """Claims: works that are to be on ORCID records, or off them. Every method raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        orcid: str,
        doi: str,
        source: str = "orcid_search",
        action: str = "create",
        claim_id: str | None = None,
    ) -> Claim:
        """Ask for a work on a record, or off it (``action="delete"``); the same may be asked at any time.

        A claim that is there already is opened again and keeps its id; a new one gets ``claim_id`` where that
        is free.
        """
        request = ClaimRequest(orcid=orcid, doi=doi, source=source, action=action, claim_id=claim_id)
        return shapes.claim_of(self._transport.send("POST", ("claims",), One, body={"claim": request}).data)

    def get(self, claim_id: str) -> Claim:
        """Read one claim."""
        return shapes.claim_of(self._transport.send("GET", ("claims", claim_id), One).data)

    def delete(self, claim_id: str) -> Claim:
        """Ask for the work to be taken off the record; returns the claim, which waits for that now."""
        return shapes.claim_of(self._transport.send("DELETE", ("claims", claim_id), One).data)

    def retry(self, claim: Claim) -> Claim:
        """Ask once more for what a claim wants."""
        return self.create(orcid=claim.orcid, doi=claim.doi, source=claim.source, action=claim.action)

    def list(self, **filters: Unpack[ClaimFilters]) -> Iterator[Claim]:
        """Go through all claims that fit, in the order in which they came, page after page as needed."""
        for body in pages(self._transport, ("claims",), {**_asked(filters), **_BY_CURSOR}):
            yield from map(shapes.claim_of, body.data)

    def page(
        self, number: int = 1, *, size: int = 25, sort: str = "-updated", **filters: Unpack[ClaimFilters]
    ) -> ClaimPage:
        """Read one page, in an order of choice, with how many there are and of what kinds."""
        query = {**_asked(filters), **_page_of(number, size, sort)}
        return shapes.claim_page_of(self._transport.send("GET", ("claims",), Many, query=query))


class Batches:
    """Many claims in one request. Every method raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, requests: Sequence[ClaimRequest], *, key: str = "") -> Batch:
        """Ask for up to a thousand works; the batch comes with a result for each.

        ``key`` names the request: with the same key and the same requests the same batch is answered, for
        thirty days. Keep one of your own where your program may be started again; otherwise one is made up,
        which covers only an answer that was lost.
        """
        body, path = {"claims": list(requests)}, ("claims", "batches")
        return shapes.batch_of(self._transport.send("POST", path, One, body=body, key=key or _new_key()))

    def create_all(self, requests: Iterable[ClaimRequest], *, key: str = "") -> Iterator[Batch]:
        """Ask for any number of works, a thousand at a time; the keys are ``key`` with the batch's number."""
        key = key or _new_key()
        part: list[ClaimRequest] = []
        number = 1
        for request in requests:
            part.append(request)
            if len(part) == MAX_IN_A_BATCH:
                yield self.create(part, key=f"{key}-{number}")
                part, number = [], number + 1
        if part:
            yield self.create(part, key=f"{key}-{number}")

    def get(self, batch_id: str) -> Batch:
        """Read how far a batch is: its claims counted by state."""
        return shapes.batch_of(self._transport.send("GET", ("claims", "batches", batch_id), One))

    def results(self, batch_id: str, *, states: Sequence[str] = ()) -> Iterator[Result]:
        """Go through what became of each item; ``states`` may hold ``refused``."""
        path = ("claims", "batches", batch_id, "results")
        for body in pages(self._transport, path, {"state": ",".join(states), **_BY_CURSOR}):
            yield from map(shapes.result_of, body.data)


class Users:
    """People. Every method raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, orcid: str) -> User:
        """Read one person; who hides their record is not found."""
        return shapes.user_of(self._transport.send("GET", ("users", orcid), One).data)

    def list(self, *, query: str = "") -> Iterator[User]:
        """Go through all people who fit: ``query`` is an ORCID iD, or how words of the name begin."""
        for body in pages(self._transport, ("users",), {"query": query, **_BY_CURSOR}):
            yield from map(shapes.user_of, body.data)

    def page(self, number: int = 1, *, size: int = 25, sort: str = "name", query: str = "") -> UserPage:
        """Read one page, in an order of choice, with how many there are."""
        asked = {"query": query, **_page_of(number, size, sort)}
        return shapes.user_page_of(self._transport.send("GET", ("users",), Many, query=asked))

    def put(
        self,
        orcid: str,
        *,
        name: str | None = None,
        given_names: str | None = None,
        family_name: str | None = None,
    ) -> User:
        """Announce a person, or change one's own name; what is None stays."""
        names = {"name": name, "givenNames": given_names, "familyName": family_name}
        attributes = {word: value for word, value in names.items() if value is not None}
        body = {"data": {"type": "users", "attributes": attributes}}
        return shapes.user_of(self._transport.send("PUT", ("users", orcid), One, body=body).data)


class Repositories:
    """What concerns a repository's DOIs. Every method raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, repository: str) -> RepositoryView:
        """Read the view of a repository, such as ``datacite.test``."""
        return shapes.view_of(self._transport.send("GET", ("repositories", repository), One).data)

    def confirmed(self, doi: str) -> tuple[str, ...]:
        """List the iDs of a work that their owners confirmed and let others see; needs no token."""
        answer = self._transport.send("GET", ("confirmations",), One, query={"doi": doi})
        return shapes.confirmed_ids(answer.data)


def _new_key() -> str:
    return str(uuids.uuid4())


def _asked(filters: ClaimFilters) -> dict[str, Any]:
    return {
        # Narrowed to nothing is nothing: an empty value would count as absent, and all would be found.
        _PARAMETERS[name]: value if isinstance(value, str) else ",".join(value) or ","
        for name, value in filters.items()
        if isinstance(value, str | Sequence)
    }


def _page_of(number: int, size: int, sort: str) -> dict[str, Any]:
    return {"page[number]": number, "page[size]": size, "sort": sort}

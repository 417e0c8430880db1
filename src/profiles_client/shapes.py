"""What the service answers, typed. Fields that a newer service adds are passed over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from profiles_client.errors import UNREADABLE, ProfilesError

T = TypeVar("T")


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all have in common."""


class Problem(Shape, frozen=True, kw_only=True):
    """Why a claim stands where it stands, or why an item was refused. Branch on ``code``, never on the title.

    ``status``, ``detail`` (what to do) and ``source`` (the field) are those of a refused item.
    """

    title: str
    code: str = ""
    status: str = ""
    detail: str = ""
    source: str = ""


class Claim(Shape, frozen=True, kw_only=True):
    """One DOI on one ORCID record. ``orcid`` and ``doi`` are bare.

    ``state`` is waiting, failed, done, ignored, deleted or notified; ``action`` create or delete; ``source``
    orcid_search or orcid_update; ``put_code`` the work's number on the record, where it is there; ``claimed``
    when it came there.
    """

    id: str
    orcid: str
    doi: str
    state: str
    action: str = msgspec.field(name="claimAction")
    source: str = msgspec.field(name="sourceId")
    problems: tuple[Problem, ...] = msgspec.field(name="errorMessages", default=())
    put_code: int | None = None
    claimed: datetime | None = None
    created: datetime | None = None
    updated: datetime | None = None


class ClaimPage(Shape, frozen=True, kw_only=True):
    """A page of claims, and how many there are in all (counted up to 10,000; ``capped``: there are more).

    ``counts`` are the facets: by ``created``, ``sources``, ``users``, ``claimActions`` and ``states``.
    """

    claims: tuple[Claim, ...]
    total: int
    capped: bool
    counts: Mapping[str, Mapping[str, int]]


class User(Shape, frozen=True, kw_only=True):
    """A person. ``email`` only for themselves and for staff."""

    orcid: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    role: str = msgspec.field(name="roleId", default="user")
    is_active: bool = False
    email: str | None = None
    created: datetime | None = None
    updated: datetime | None = None


class UserPage(Shape, frozen=True, kw_only=True):
    """A page of people, and how many there are in all."""

    users: tuple[User, ...]
    total: int
    capped: bool


class ClaimRequest(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={"source": "source_id", "action": "claim_action", "claim_id": "uuid"},
):
    """What is wanted of a record: a work on it, or off it (``action="delete"``).

    ``source``: ``orcid_search`` where the person asked, ``orcid_update`` where a change of the DOI did. A new
    claim gets ``claim_id`` where that is free.
    """

    orcid: str
    doi: str
    source: str
    action: str = "create"
    claim_id: str | None = None


class Result(Shape, frozen=True, kw_only=True):
    """What became of an item of a batch: its claim as it stands now, or its refusal in ``refusals``.

    ``number`` is its place in the request, from 1; ``counted_as`` the place of the item that counts, where
    the same work stands in the batch again later.
    """

    number: int
    status: int
    claim_id: str | None
    counted_as: int | None = None
    orcid: str | None = None
    doi: str | None = None
    action: str | None = msgspec.field(name="claimAction", default=None)
    state: str | None = None
    problems: tuple[Problem, ...] = msgspec.field(name="errorMessages", default=())
    refusals: tuple[Problem, ...] = msgspec.field(name="errors", default=())

    @property
    def is_refused(self) -> bool:
        """Whether there is no claim of it."""
        return bool(self.refusals)


class Batch(Shape, frozen=True, kw_only=True):
    """Claims that were asked for in one request. ``results`` are all of them where it was just made."""

    id: str
    total: int
    accepted: int
    refused: int
    states: Mapping[str, int]
    settled: bool
    created: datetime
    kept_until: datetime
    not_shown: int = 0
    results: tuple[Result, ...] = ()


class WhyNot(Shape, frozen=True, kw_only=True):
    """Why works are not on records; ``count`` is None where it concerns too few people to be told."""

    code: str
    title: str
    remedy: str
    count: int | None = None


class Malformed(Shape, frozen=True, kw_only=True):
    """An identifier that says it is an ORCID iD and is none."""

    doi: str
    field: str
    value: str


class Metadata(Shape, frozen=True, kw_only=True):
    """What a repository's newest records say about people."""

    at: datetime
    dois: int
    is_complete: bool
    creators: int
    creators_with_orcid_id: int
    share: float | None
    malformed_total: int
    malformed: tuple[Malformed, ...]


class RepositoryView(Shape, frozen=True, kw_only=True):
    """What concerns a repository's DOIs; ``metadata`` is None while it is made for the first time."""

    id: str
    metadata: Metadata | None
    on_records: int | None
    confirmed: int | None = None
    refused: tuple[WhyNot, ...]
    skipped: tuple[WhyNot, ...]


class Resource(msgspec.Struct, frozen=True):
    """A resource of JSON:API as it came."""

    id: str
    attributes: dict[str, Any]
    relationships: dict[str, Any] = {}


class One(msgspec.Struct, frozen=True):
    """An answer that holds one resource."""

    data: Resource
    included: list[Resource] = []


class Many(msgspec.Struct, frozen=True):
    """An answer that holds a page of resources."""

    data: list[Resource]
    meta: dict[str, Any]
    links: dict[str, str | None]


def claim_of(resource: Resource) -> Claim:
    """Read a claim."""
    return read(_bare(resource), Claim)


def claim_page_of(answer: Many) -> ClaimPage:
    """Read a page of claims with its counts."""
    facets = {name: found for name, found in answer.meta.items() if isinstance(found, list)}
    counts = read(facets, dict[str, list[_Count]])
    return ClaimPage(
        claims=tuple(map(claim_of, answer.data)),
        counts={name: {one.id: one.count for one in found} for name, found in counts.items()},
        **_total(answer),
    )


def user_of(resource: Resource) -> User:
    """Read a person."""
    return read(_bare(resource), User)


def user_page_of(answer: Many) -> UserPage:
    """Read a page of people."""
    return UserPage(users=tuple(map(user_of, answer.data)), **_total(answer))


def result_of(resource: Resource) -> Result:
    """Read a result of a batch."""
    related = read(resource.relationships, _Related)
    return read({**_bare(resource), "claimId": related.claim.data.id if related.claim else None}, Result)


def batch_of(answer: One) -> Batch:
    """Read a batch, with its results where they are included."""
    results = tuple(map(result_of, answer.included))
    return msgspec.structs.replace(read(flat(answer.data), Batch), results=results)


def view_of(resource: Resource) -> RepositoryView:
    """Read a repository."""
    return read(flat(resource), RepositoryView)


def confirmed_ids(resource: Resource) -> tuple[str, ...]:
    """Read the confirmed iDs of a work."""
    return tuple(address.rpartition("/")[2] for address in resource.attributes["confirmed"])


class _Count(msgspec.Struct, frozen=True):
    id: str
    count: int


class _Id(msgspec.Struct, frozen=True):
    id: str


class _To(msgspec.Struct, frozen=True):
    data: _Id


class _Related(msgspec.Struct, frozen=True):
    claim: _To | None = None


class _Total(msgspec.Struct, frozen=True):
    total: int
    capped: bool = False


def _total(answer: Many) -> dict[str, Any]:
    return msgspec.structs.asdict(read(answer.meta, _Total))


def read(given: Any, kind: type[T]) -> T:
    """Convert what was answered.

    Raises:
        ProfilesError: it has not the shape that the service promises.
    """
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise ProfilesError(f"The answer has another shape: {error}", code=UNREADABLE) from None


def flat(resource: Resource) -> dict[str, Any]:
    """Bring a resource's id among its attributes."""
    return {**resource.attributes, "id": resource.id}


def _bare(resource: Resource) -> dict[str, Any]:
    """Flatten a resource, with iDs and DOIs as people write them, not as addresses."""
    fields = flat(resource)
    for name, address in (("orcid", "https://orcid.org/"), ("doi", "https://doi.org/")):
        if isinstance(fields.get(name), str):
            fields[name] = fields[name].removeprefix(address)
    return fields

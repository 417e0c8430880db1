"""Schemas of batches of claims for the API's description."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from profiles.api.http.shapes import (
    ORCID_ADDRESS,
    SHOWN_STATES,
    ClaimRequestBody,
    Counts,
    ErrorMessage,
    Links,
    Open,
    Shape,
)
from profiles.domain.claim import ClaimAction

MAX_CLAIMS: Final = 1000


class BatchBody(Open):
    """Up to a thousand claims, each as in the body of a single one. At most 2.5 MB in all."""

    claims: list[ClaimRequestBody] = Field(
        min_length=1,
        max_length=MAX_CLAIMS,
        description="what is wrong with one of them is answered in its result, and spoils no other",
    )


class StateCounts(Shape):
    """How many claims are in each state."""

    waiting: int
    failed: int
    done: int
    ignored: int
    deleted: int
    notified: int


class BatchAttributes(Shape):
    """A batch. Items of the same work count each, also where they are one claim."""

    total: int = Field(ge=1, le=MAX_CLAIMS)
    accepted: int
    refused: int
    states: StateCounts
    not_shown: int = Field(
        description="accepted ones that are not in states: their person hides their record, or closed it"
    )
    settled: bool = Field(description="whether none of its claims waits any more")
    created: datetime
    kept_until: datetime = Field(description="until then the batch can be asked for, and its key finds it")


class BatchLinks(Shape):
    """Where to ask how far it is, and what became of each item."""

    self: str
    results: str


class BatchResource(Shape):
    """A batch as a resource of JSON:API."""

    id: UUID
    type: Literal["claim-batches"]
    attributes: BatchAttributes
    links: BatchLinks


class ItemError(Shape):
    """Why an item was refused, and what to do."""

    status: str
    code: str = Field(description="stable; see the list of codes")
    title: str
    detail: str = Field(description="what to do")
    source: str | None = Field(None, description="the field that is wrong")


class ResultAttributes(Shape):
    """What became of an item: an error, or its claim as it is now."""

    number: int = Field(description="the item's place in the request, from 1", ge=1, le=MAX_CLAIMS)
    status: Literal[202, 403, 422] = Field(description="what a single request would have been answered with")
    counted_as: int | None = Field(
        description="the place of the item that counts, when the same work appears again later in the batch"
    )
    orcid: str | None = Field(pattern=ORCID_ADDRESS)
    doi: str | None
    claim_action: ClaimAction | None
    state: SHOWN_STATES | None = Field(
        description="null where the item was refused, or the person hides their record"
    )
    error_messages: list[ErrorMessage]
    errors: list[ItemError]


class ClaimReference(Shape):
    """Which claim it is."""

    id: UUID
    type: Literal["claims"]


class RelatedClaim(Shape):
    """The claim of an item."""

    data: ClaimReference


class ResultRelationships(Shape):
    """What a result is related to."""

    claim: RelatedClaim


class ResultResource(Shape):
    """A result as a resource of JSON:API."""

    id: str
    type: Literal["claim-results"]
    attributes: ResultAttributes
    relationships: ResultRelationships | None = None


class NewBatch(Shape):
    """A batch with the results of all its items."""

    data: BatchResource
    included: list[ResultResource]


class OneBatch(Shape):
    """A batch."""

    data: BatchResource


class BatchResults(Shape):
    """A page of results."""

    data: list[ResultResource]
    meta: Counts
    links: Links

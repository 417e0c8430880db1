"""Schemas of answers and bodies for the API's description.

They describe and do not convert: answers are plain dictionaries (``rendering``), because lists are hot, and
bodies are read tolerantly (``claim_requests``). The tests of the description check that the two agree.
"""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from profiles.domain.access.roles import Role
from profiles.domain.access.visible_text import VISIBLE
from profiles.domain.claim import ClaimAction, Origin

ORCID_ADDRESS = r"^https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"
ORCID_ID = r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"
SHOWN_STATES = Literal["waiting", "failed", "done", "ignored", "deleted", "notified"]


class Shape(Schema):
    """What all have in common: names in camel case, and an example."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")
    example: ClassVar[dict[str, Any]] = {}


class Open(Shape):
    """A shape to which more may be added, by callers or by us."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")


class ErrorMessage(Shape):
    """Why a claim is in its state."""

    title: str = Field(description="what people read; Commons shows it")
    code: str = Field(description="the problem's code: stable, see the list of problems")


class ClaimAttributes(Open):
    """A claim. With ``fields[claims]`` only those that were asked for."""

    orcid: str | None = Field(None, pattern=ORCID_ADDRESS)
    doi: str | None = Field(None, description="the DOI as an address, in lower case")
    source_id: Origin | None = None
    state: SHOWN_STATES | None = None
    claim_action: ClaimAction | None = None
    error_messages: list[ErrorMessage] | None = None
    put_code: int | None = Field(None, description="the work's number on the ORCID record")
    claimed: datetime | None = Field(None, description="when the work came onto the record")
    created: datetime | None = None
    updated: datetime | None = None
    answer: str | None = Field(
        None,
        description="for one claim only: whether the work is on the record, and what that is due to",
    )


class Reference(Shape):
    """What a relationship points to."""

    id: str
    type: Literal["users"]


class RelatedUser(Shape):
    """The person a claim is about."""

    data: Reference


class ClaimRelationships(Shape):
    """What a claim is related to."""

    user: RelatedUser


class ClaimResource(Shape):
    """A claim as a resource of JSON:API."""

    id: UUID
    type: Literal["claims"]
    attributes: ClaimAttributes
    relationships: ClaimRelationships


class UserAttributes(Open):
    """A person. ``email`` only for themselves and for staff."""

    given_name: str | None = None
    family_name: str | None = None
    name: str | None = None
    orcid: str | None = Field(None, pattern=ORCID_ADDRESS)
    github: None = Field(None, description="always null; kept for readers of the service before")
    role_id: Role | None = None
    is_active: bool | None = Field(None, description="whether the person has ever signed in")
    created: datetime | None = None
    updated: datetime | None = None
    email: str | None = None


class UserResource(Shape):
    """A person as a resource of JSON:API."""

    id: str = Field(pattern=ORCID_ID)
    type: Literal["users"]
    attributes: UserAttributes
    relationships: dict[str, Any]


class Count(Shape):
    """One value of a facet."""

    id: str
    title: str
    count: int


class Counts(Open):
    """How long a list is. Counted up to 10,000; ``capped`` says that there is more."""

    total: int = Field(ge=0, le=10_000)
    total_pages: int
    page: int
    capped: bool | None = None


class ClaimCounts(Counts):
    """How long the list is and what is in it; an empty list has no facets.

    Of a list that is ``capped``, the facets count the 10,000 claims that changed last.
    """

    created: list[Count] | None = None
    sources: list[Count] | None = None
    users: list[Count] | None = Field(None, description="the fifteen with most claims")
    claim_actions: list[Count] | None = None
    states: list[Count] | None = None


class Links(Shape):
    """This page, and the next where there is one; both keep all filters."""

    self: str
    next: str | None = None


class ClaimList(Shape):
    """A page of claims."""

    data: list[ClaimResource]
    meta: ClaimCounts
    links: Links
    included: list[UserResource] | None = None


class OneClaim(Shape):
    """One claim."""

    data: ClaimResource
    included: list[UserResource] | None = None


class UserList(Shape):
    """A page of people."""

    data: list[UserResource]
    meta: Counts
    links: Links


class AnnouncedUser(Shape):
    """One person."""

    data: UserResource


class OneUser(Shape):
    """One person; the lists in ``meta`` are always empty and kept for readers of the service before."""

    data: UserResource
    meta: dict[str, list[Count]]


class Refusal(Open):
    """One error: a title for people, and either the status or the field that is wrong."""

    title: str
    status: str | None = None
    source: str | None = None
    code: str | None = Field(None, description="stable; where there is one, branch on it")
    detail: str | None = Field(None, description="what to do")


class Errors(Shape):
    """A refusal."""

    errors: list[Refusal] = Field(min_length=1)


class ClaimRequestBody(Open):
    """What is wanted of an ORCID record. Names may also be written with hyphens or in camel case."""

    model_config = ConfigDict(extra="allow", alias_generator=None)
    doi: str = Field(
        description="bare, with doi:, or as an address, percent-encoded or not; any case",
        json_schema_extra={"format": "doi"},
    )
    orcid: str = Field(
        description="the ORCID iD, bare or as an address", json_schema_extra={"format": "orcid-id"}
    )
    source_id: Origin = Field(
        description="orcid_search: the person asked (Search & Link); orcid_update: a change of the DOI did"
    )
    claim_action: ClaimAction = Field(ClaimAction.CREATE, description="create, or delete to take it off")
    uuid: UUID | None = Field(None, description="the id of a claim that is new, where it is free")


class ClaimWishBody(Open):
    """The body of a request for a claim."""

    claim: ClaimRequestBody


class UserNames(Open):
    """Names; all may be missing."""

    name: str | None = Field(None, pattern=VISIBLE)
    given_names: str | None = Field(None, pattern=VISIBLE)
    family_name: str | None = Field(None, pattern=VISIBLE)


class UserData(Open):
    """A person as a resource of JSON:API."""

    type: Literal["users"] = "users"
    attributes: UserNames | None = None


class UserBody(Open):
    """The body that announces a person."""

    data: UserData


class DoiEvent(Open):
    """Word that a DOI changed."""

    id: str = Field(description="the event's id, your own: the same event of yours counts once", min_length=1)
    doi: str
    updated: datetime | None = None


class DoiEvents(Open):
    """Up to a thousand events."""

    events: list[DoiEvent] = Field(min_length=1, max_length=1000)


class RefusedEvent(Shape):
    """An event that was not taken in, and why."""

    id: str
    title: str


class TakenEvents(Shape):
    """What became of the events."""

    accepted: int
    known: int
    refused: list[RefusedEvent]

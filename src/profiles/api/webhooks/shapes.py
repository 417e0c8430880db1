"""Schemas of webhooks, their messages and the repository view for the API's description."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema

from profiles.api.http.shapes import Links, Open, Shape
from profiles.domain.eligibility.repository_report import MIN_PEOPLE
from profiles.domain.webhook_events import DeliveryState, WebhookEvent
from profiles.webhooks.services import MAX_NAME_LENGTH, MAX_URL_LENGTH

_VISIBLE: Final = r"[!-~]"
"""A name must contain a visible character."""
_PUBLIC_ADDRESS: Final[dict[str, Any]] = {"format": "public-https-address"}
_ADDRESS: Final = {"type": "string", "maxLength": MAX_URL_LENGTH, **_PUBLIC_ADDRESS}
_ONLY_OWN: Final = (
    "permission.lost is sent only to DataCite's own services; author.answered also to webhooks of keys that "
    "are bound to a repository or member, which get nothing else"
)
_CHOICES = Literal["claim.done", "claim.failed", "claim.skipped", "permission.lost", "author.answered"]


class WebhookAttributes(Shape):
    """A webhook. Only the answer that created it has its ``secret``."""

    name: str
    url: str
    events: list[_CHOICES]
    own: bool = Field(description="one of DataCite's own services; only staff may set this")
    active: bool
    stopped_because: str | None = Field(description="why we stopped sending")
    failing_since: datetime | None = Field(description="since when the address has accepted no message")
    created: datetime
    secret: str | None = Field(None, description="signs the messages; shown once")


class WebhookResource(Shape):
    """A webhook as a resource of JSON:API."""

    id: UUID
    type: Literal["webhooks"]
    attributes: WebhookAttributes


class OneWebhook(Shape):
    """One webhook."""

    data: WebhookResource


class WebhookList(Shape):
    """The caller's webhooks; for staff, all webhooks."""

    data: list[WebhookResource]


class NewWebhook(Open):
    """A webhook to create."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"events": {"contains": {"const": "permission.lost"}}}},
            "then": {"properties": {"own": {"const": True}}, "required": ["own"]},
        }
    )
    name: str = Field(max_length=MAX_NAME_LENGTH, pattern=_VISIBLE)
    url: str = Field(
        max_length=MAX_URL_LENGTH, description="a public https address", json_schema_extra=_PUBLIC_ADDRESS
    )
    events: list[_CHOICES] = Field(min_length=1, description=_ONLY_OWN)
    own: bool | None = Field(None, description="only for DataCite's staff: one of DataCite's own services")


class WebhookBody(Shape):
    """A new webhook."""

    webhook: NewWebhook


class WebhookChange(Open):
    """The fields to change; the others stay as they are."""

    name: str | None = Field(None, max_length=MAX_NAME_LENGTH, pattern=_VISIBLE)
    url: Annotated[str, WithJsonSchema(_ADDRESS)] | None = None
    events: list[_CHOICES] | None = Field(None, min_length=1, description=_ONLY_OWN)
    active: bool | None = None


class WebhookChangeBody(Shape):
    """A change of a webhook."""

    webhook: WebhookChange


class DeliveryTryShape(Shape):
    """One call."""

    at: datetime
    seconds: float
    status: int | None = Field(description="the receiver's status; null where no answer came")
    problem: str | None


class DeliveryAttributes(Shape):
    """A message and its attempts."""

    event: WebhookEvent
    state: DeliveryState
    created: datetime
    next_try: datetime | None
    tries: list[DeliveryTryShape]
    message: dict[str, Any] = Field(description="the body as it is sent")


class DeliveryResource(Shape):
    """A message as a resource of JSON:API; its id is the ``webhook-id`` header."""

    id: UUID
    type: Literal["deliveries"]
    attributes: DeliveryAttributes


class DeliveryList(Shape):
    """The messages to a webhook, newest first, with counts by state."""

    data: list[DeliveryResource]
    meta: dict[str, int]
    links: Links


class ReplayRequest(Shape):
    """Which messages to send again: those named, or those of a period."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"since": {"type": "string"}}, "required": ["since"]},
                {"properties": {"deliveries": {"type": "array", "minItems": 1}}, "required": ["deliveries"]},
            ]
        }
    )
    deliveries: list[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_failed: bool | None = None


class ReplayBody(Shape):
    """A replay."""

    replay: ReplayRequest


class Replayed(Shape):
    """How many messages are sent again."""

    replayed: int


class MalformedShape(Shape):
    """An identifier that claims to be an ORCID iD and is not."""

    doi: str
    field: str
    value: str


class MetadataShape(Shape):
    """What the newest metadata say about people."""

    at: datetime
    dois: int
    is_complete: bool = Field(description="whether all DOIs of the repository are included")
    creators: int = Field(description="people; organisations cannot have an iD and do not count")
    creators_with_orcid_id: int
    share: float | None = Field(ge=0, le=1)
    malformed_total: int
    malformed: list[MalformedShape]


class WhyNot(Shape):
    """Why works are not on records, by code."""

    code: str
    title: str
    remedy: str
    count: int | None = Field(description=f"null where it concerns fewer than {MIN_PEOPLE} people")


class RepositoryAttributes(Shape):
    """What a repository may see; nothing about a person's permission or choices."""

    metadata: MetadataShape | None = Field(description="null until the first report is ready")
    on_records: int | None = Field(description=f"null where it concerns fewer than {MIN_PEOPLE} people")
    confirmed: int | None = Field(
        description=f"iDs on its works that their owners confirmed; null for fewer than {MIN_PEOPLE} people"
    )
    refused: list[WhyNot]
    skipped: list[WhyNot]


class RepositoryResource(Shape):
    """A repository as a resource of JSON:API."""

    id: str
    type: Literal["repositories"]
    attributes: RepositoryAttributes


class OneRepository(Shape):
    """One repository."""

    data: RepositoryResource


class ConfirmedIds(Shape):
    """Which iDs of a work their owners confirmed, of those who let others see it."""

    doi: str
    confirmed: list[str] = Field(description="addresses of ORCID iDs; one that is missing says nothing")


class ConfirmedIdsResource(Shape):
    """The confirmed iDs of a work as a resource of JSON:API; its id is the DOI."""

    id: str
    type: Literal["confirmations"]
    attributes: ConfirmedIds


class OneConfirmationList(Shape):
    """The confirmed iDs of one work."""

    data: ConfirmedIdsResource

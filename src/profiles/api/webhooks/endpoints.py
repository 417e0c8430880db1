"""Webhook endpoints: register an address, list what was sent to it, send it again."""

import uuid as uuids
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing
from profiles.api.http.errors import ApiError, invalid, not_found
from profiles.api.http.filters import parameter
from profiles.api.people import visibility
from profiles.api.webhooks import shapes
from profiles.domain.access.roles import STAFF, Act
from profiles.domain.records.sighting import moment
from profiles.domain.webhook_events import DeliveryState
from profiles.webhooks import selectors, services

router = Router(tags=["webhooks"])
PAGE_SIZE: Final = 100
CREATED: Final = 201
ACCEPTED: Final = 202
_FIELDS: Final = ("name", "url", "events", "active")
FILTERS: Final = [
    parameter("state", "only these", kind={"type": "string", "enum": list(DeliveryState)}),
    parameter(
        "before",
        "the last delivery seen; the next link holds it",
        kind={"type": "string", "format": "uuid"},
    ),
]


@router.get("/webhooks", **described("list_webhooks", shapes.WebhookList))
def index(request: HttpRequest) -> HttpResponse:
    """List the caller's webhooks; staff see all."""
    caller = _require_manager(request)
    owner = None if _is_staff(caller) else caller.owner
    return rendering.respond({"data": [_hook(webhook) for webhook in selectors.webhooks_of(owner)]})


@router.post(
    "/webhooks", **described("create_webhook", shapes.OneWebhook, status=201, body=shapes.WebhookBody)
)
def create(request: HttpRequest) -> HttpResponse:
    """Register an address. The secret that signs the messages is shown in this answer and never again."""
    caller = _require_manager(request)
    fields = _fields(request, "webhook")
    is_own = fields.get("own") is True
    if is_own and not _is_staff(caller):
        raise invalid("own", "Only DataCite's staff can say that a service is DataCite's own.")
    try:
        webhook, secret = services.register(
            owner=caller.owner,
            name=_text(fields, "name"),
            url=_text(fields, "url"),
            events=fields.get("events") or [],
            is_own=is_own,
            repository=caller.repository,
            member=caller.member,
        )
    except services.WebhookRefusedError as error:
        raise invalid(error.field, str(error)) from None
    return rendering.respond({"data": _hook(webhook, secret=secret)}, CREATED)


@router.get("/webhooks/{uuid}", **described("show_webhook", shapes.OneWebhook))
def show(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show a webhook and its health."""
    return rendering.respond({"data": _hook(_find(request, uuid))})


@router.patch(
    "/webhooks/{uuid}", **described("change_webhook", shapes.OneWebhook, body=shapes.WebhookChangeBody)
)
def change(request: HttpRequest, uuid: str) -> HttpResponse:
    """Change a webhook, or switch it off and on."""
    webhook = _find(request, uuid)
    content = _fields(request, "webhook")
    fields = {name: content[name] for name in _FIELDS if content.get(name) is not None}
    for name in ("name", "url"):
        if name in fields:
            fields[name] = _text(fields, name)
    try:
        webhook = services.change(webhook_id=webhook.pk, fields=fields)
    except services.WebhookRefusedError as error:
        raise invalid(error.field, str(error)) from None
    return rendering.respond({"data": _hook(webhook)})


@router.delete("/webhooks/{uuid}", **described("delete_webhook", shapes.OneWebhook))
def destroy(request: HttpRequest, uuid: str) -> HttpResponse:
    """Delete a webhook with its messages and their log; answers with what was deleted."""
    webhook = _find(request, uuid)
    content = _hook(webhook)
    services.delete(webhook_id=webhook.pk)
    return rendering.respond({"data": content})


@router.post("/webhooks/{uuid}/secret", **described("renew_webhook_secret", shapes.OneWebhook))
def renew_secret(request: HttpRequest, uuid: str) -> HttpResponse:
    """Make a new secret. For a day messages carry two signatures, one by each secret."""
    webhook, secret = services.renew_secret(webhook_id=_find(request, uuid).pk)
    return rendering.respond({"data": _hook(webhook, secret=secret)})


@router.post("/webhooks/{uuid}/ping", **described("ping_webhook", shapes.OneWebhook, status=202))
def ping(request: HttpRequest, uuid: str) -> HttpResponse:
    """Send a test message; its result is listed among the deliveries."""
    webhook = _find(request, uuid)
    services.ping(webhook_id=webhook.pk)
    return rendering.respond({"data": _hook(webhook)}, ACCEPTED)


@router.get("/webhooks/{uuid}/deliveries", **described("list_deliveries", shapes.DeliveryList, query=FILTERS))
def deliveries(request: HttpRequest, uuid: str) -> HttpResponse:
    """List the messages, newest first, with every attempt."""
    webhook = _find(request, uuid)
    hidden = visibility.sees_hidden(request_parsing.identify_caller(request))
    params = request_parsing.parameters(request)
    state = params.get("state", "")
    if state and state not in set(DeliveryState):
        raise ApiError(400, f"state takes one of {', '.join(DeliveryState)}.")
    before = _uuid(params["before"], "before") if "before" in params else None
    rows = list(selectors.deliveries_of(webhook, state=state, before=before, hidden=hidden)[: PAGE_SIZE + 1])
    here = f"{settings.ENVIRONMENT.PROFILES_URL}/webhooks/{webhook.uuid}/deliveries"
    links = {"self": here}
    if len(rows) > PAGE_SIZE:
        state_param = f"&state={state}" if state else ""
        links["next"] = f"{here}?before={rows[PAGE_SIZE - 1].uuid}{state_param}"
    body = {
        "data": [_delivery(row) for row in rows[:PAGE_SIZE]],
        "meta": selectors.counts_of(webhook),
        "links": links,
    }
    return rendering.respond(body)


@router.post(
    "/webhooks/{uuid}/replay",
    **described("replay_deliveries", shapes.Replayed, status=202, body=shapes.ReplayBody),
)
def replay(request: HttpRequest, uuid: str) -> HttpResponse:
    """Send messages again: those named, or those of a time. Receivers get the same ids as before."""
    webhook = _find(request, uuid)
    fields = _fields(request, "replay")
    ids = fields.get("deliveries") or []
    if not isinstance(ids, list):
        raise invalid("deliveries", "deliveries must be a list of ids.")
    since, until = _moment(fields, "since"), _moment(fields, "until")
    if not ids and since is None:
        raise invalid("since", "Name deliveries, or the time since which messages are to be sent again.")
    queued = services.replay(
        webhook_id=webhook.pk,
        deliveries=[_uuid(delivery_id, "deliveries") for delivery_id in ids],
        since=since,
        until=until,
        only_failed=fields.get("only_failed") is True,
    )
    return rendering.respond({"replayed": queued}, ACCEPTED)


def _require_manager(request: HttpRequest) -> Caller:
    caller = request_parsing.require_caller(request)
    request_parsing.require(caller, Act.MANAGE_WEBHOOKS)
    return caller


def _is_staff(caller: Caller) -> bool:
    return caller.account is not None and caller.role in STAFF


def _find(request: HttpRequest, uuid: str) -> Any:
    caller = _require_manager(request)
    try:
        webhook = selectors.webhook_by_uuid(uuids.UUID(uuid))
    except ValueError:
        webhook = None
    if webhook is None or (webhook.owner != caller.owner and not _is_staff(caller)):
        raise not_found()
    return webhook


def _fields(request: HttpRequest, name: str) -> Mapping[str, Any]:
    content = request_parsing.body(request).get(name)
    if not isinstance(content, dict):
        raise invalid(name, f"The body must hold an object named {name}.")
    return request_parsing.underscored(content)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or "\0" in value:
        raise invalid(name, f"{name} must be a text.")
    return value


def _uuid(text: Any, source: str) -> uuids.UUID:
    try:
        return uuids.UUID(str(text))
    except ValueError:
        raise invalid(source, "Is not an id of a delivery.") from None


def _moment(fields: Mapping[str, Any], name: str) -> datetime | None:
    if fields.get(name) is None:
        return None
    value = moment(fields[name])
    if value is None:
        raise invalid(name, f"{name} must be a moment such as 2026-03-01T00:00:00Z.")
    return value


def _hook(webhook: Any, *, secret: str = "") -> dict[str, Any]:
    attributes = {
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.events,
        "own": webhook.is_own,
        "active": webhook.is_active,
        "stoppedBecause": webhook.stopped_because or None,
        "failingSince": rendering.moment(webhook.failing_since),
        "created": rendering.moment(webhook.created_at),
        **({"secret": secret} if secret else {}),
    }
    return {"id": str(webhook.uuid), "type": "webhooks", "attributes": attributes}


def _delivery(delivery: Any) -> dict[str, Any]:
    attributes = {
        "event": delivery.event,
        "state": delivery.state,
        "created": rendering.moment(delivery.created_at),
        "nextTry": rendering.moment(delivery.due_at),
        "tries": [
            {
                "at": rendering.moment(attempt.at),
                "seconds": round(attempt.seconds, 3),
                "status": attempt.status,
                "problem": attempt.problem or None,
            }
            for attempt in delivery.log.all()
        ],
        "message": msgspec.Raw(bytes(delivery.body)),
    }
    return {"id": str(delivery.uuid), "type": "deliveries", "attributes": attributes}

"""Webhooks and DOI events: for services that are told what happened, and agents that tell us."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from profiles_client.shapes import One, Resource, Shape, flat, read
from profiles_client.transport import Transport, pages


class Webhook(Shape, frozen=True, kw_only=True):
    """An address that is told. ``secret`` signs the messages; only the answer that made it has it."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    active: bool
    own: bool = False
    stopped_because: str | None = None
    failing_since: datetime | None = None
    created: datetime | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        """Name it without its secret."""
        return f"Webhook(id={self.id!r}, name={self.name!r}, url={self.url!r})"


class DeliveryTry(Shape, frozen=True, kw_only=True):
    """One call to the address; ``status`` is None where no answer came."""

    at: datetime
    seconds: float
    status: int | None = None
    problem: str | None = None


class Delivery(Shape, frozen=True, kw_only=True):
    """A message, and how it went; its id is the ``webhook-id`` header, ``message`` the body as it is sent."""

    id: str
    event: str
    state: str
    message: Mapping[str, Any]
    tries: tuple[DeliveryTry, ...] = ()
    created: datetime | None = None
    next_try: datetime | None = None


class DoiEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Word that a DOI changed; the same ``id`` counts once."""

    id: str
    doi: str
    updated: datetime | None = None


class RefusedEvent(Shape, frozen=True, kw_only=True):
    """An event that was not taken in, and why."""

    id: str
    title: str


class TakenEvents(Shape, frozen=True, kw_only=True):
    """How many events are new, how many were known, and which were refused."""

    accepted: int
    known: int
    refused: tuple[RefusedEvent, ...]


class _Replayed(msgspec.Struct, frozen=True):
    replayed: int


class _Hooks(msgspec.Struct, frozen=True):
    data: list[Resource]


_PATH: Final = ("webhooks",)


class Webhooks:
    """Addresses that are told what becomes of claims. Every method raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, *, name: str, url: str, events: Sequence[str], own: bool | None = None) -> Webhook:
        """Register an address; keep the ``secret`` of what is returned, it is never shown again.

        ``own``, a service of DataCite's own, is for DataCite's staff to say.
        """
        request = {"name": name, "url": url, "events": list(events), "own": own}
        return _hook(self._transport.send("POST", _PATH, One, body={"webhook": _without_none(request)}).data)

    def list(self) -> Iterator[Webhook]:
        """Go through one's webhooks; for staff, everybody's."""
        yield from map(_hook, self._transport.send("GET", _PATH, _Hooks).data)

    def get(self, webhook_id: str) -> Webhook:
        """Read a webhook and how it fares."""
        return _hook(self._transport.send("GET", (*_PATH, webhook_id), One).data)

    def change(
        self,
        webhook_id: str,
        *,
        name: str | None = None,
        url: str | None = None,
        events: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> Webhook:
        """Change a webhook, or switch it off and on; what is None stays."""
        request = {"name": name, "url": url, "events": events, "active": active}
        body = {"webhook": _without_none(request)}
        return _hook(self._transport.send("PATCH", (*_PATH, webhook_id), One, body=body).data)

    def delete(self, webhook_id: str) -> Webhook:
        """Delete a webhook with its messages; returns what was deleted."""
        return _hook(self._transport.send("DELETE", (*_PATH, webhook_id), One).data)

    def renew_secret(self, webhook_id: str) -> Webhook:
        """Make a new secret; for a day messages are signed by it and by the one before."""
        return _hook(self._transport.send("POST", (*_PATH, webhook_id, "secret"), One).data)

    def ping(self, webhook_id: str) -> Webhook:
        """Have a test message sent; what came of it stands among the deliveries."""
        return _hook(self._transport.send("POST", (*_PATH, webhook_id, "ping"), One).data)

    def deliveries(self, webhook_id: str, *, state: str = "") -> Iterator[Delivery]:
        """Go through the messages, the latest first, with every try."""
        for body in pages(self._transport, (*_PATH, webhook_id, "deliveries"), {"state": state}):
            yield from (read(flat(one), Delivery) for one in body.data)

    def replay(
        self,
        webhook_id: str,
        *,
        deliveries: Sequence[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        only_failed: bool = False,
    ) -> int:
        """Have messages sent again, those named or those of a time; returns how many."""
        request = {
            "deliveries": deliveries,
            "since": since,
            "until": until,
            "onlyFailed": only_failed or None,
        }
        body = {"replay": _without_none(request)}
        return self._transport.send("POST", (*_PATH, webhook_id, "replay"), _Replayed, body=body).replayed


class DoiEvents:
    """Word of changed DOIs, for agents with the scope ``doi-events:write``. Raises ProfilesError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def announce(self, events: Sequence[DoiEvent]) -> TakenEvents:
        """Announce up to a thousand events; the same may be announced again at any time."""
        return self._transport.send("POST", ("doi-events",), TakenEvents, body={"events": list(events)})


def _hook(resource: Resource) -> Webhook:
    return read(flat(resource), Webhook)


def _without_none(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if value is not None}

"""The state of the stand-in, and its changes."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Final

from sandbox.orcid.oauth import tokens as t
from sandbox.orcid.oauth.keys import SigningKey
from sandbox.orcid.records.grammar import Document
from sandbox.orcid.records.people import (
    Client,
    Person,
    RecordStatus,
    client_from,
    default_clients,
    person_from,
)
from sandbox.orcid.records.records import Record, Work, kept
from sandbox.orcid.wire.errors import OrcidError

_FIRST_PUT_CODE: Final = 2**31 + 1001
"""Above 32 bits from the start, so that code that stores put-codes in an int fails here."""


@dataclass(slots=True)
class Options:
    """Options of the control endpoint."""

    max_works: int = 10_000
    rate_limit: bool = False
    introspection_down: bool = False
    clock_ahead: float = 0.0
    token_life: float = t.TWENTY_YEARS
    webhook_delay: float = 0.2


@dataclass(slots=True)
class Notification:
    """A message in an inbox that asks for permission."""

    put_code: int
    orcid_id: str
    client_id: str
    content: Document
    created: int
    sent: int | None = None
    read: int | None = None
    actioned: int | None = None
    archived: int | None = None


@dataclass(slots=True)
class Webhook:
    """An address to call when a record changes."""

    orcid_id: str
    uri: str
    client_id: str
    delivered: int = 0
    failed: int = 0
    due_at: float | None = None


@dataclass(slots=True)
class BrowserSession:
    """A browser session at ORCID."""

    csrf: str
    orcid_id: str | None = None
    signed_in_at: float = 0.0


@dataclass(slots=True)
class _Data:
    people: dict[str, Person] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    tokens: t.TokenStore = field(default_factory=t.TokenStore)
    sessions: dict[str, BrowserSession] = field(default_factory=dict)
    notifications: dict[int, Notification] = field(default_factory=dict)
    inboxes: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    webhooks: dict[tuple[str, str], Webhook] = field(default_factory=dict)
    webhooks_of: defaultdict[str, list[Webhook]] = field(default_factory=lambda: defaultdict(list))
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    """The remaining requests of each client, and since when, while the rate limit is on."""
    options: Options = field(default_factory=Options)


class OrcidState(_Data):
    """The state of one stand-in."""

    def __init__(self, people: Iterable[dict[str, Any]] = ()) -> None:
        """Start with the default clients and these people."""
        self._seed = list(people)
        self.key = SigningKey.new()
        self.on_change: Callable[[str], None] = lambda _orcid_id: None
        self.reset()

    def reset(self) -> None:
        """Reset everything except the initial people and clients and the signing key."""
        _Data.__init__(self)
        self._sequence = count(_FIRST_PUT_CODE)
        for client in default_clients():
            self.clients[client.client_id] = client
        for person in self._seed:
            self.add_person(person)

    def now(self) -> float:
        """Return the time, with the offset set through the control endpoints."""
        return time.time() + self.options.clock_ahead

    def milliseconds(self) -> int:
        """Return the time as the API prints it."""
        return int(self.now() * 1000)

    def next_put_code(self) -> int:
        """Return a number that was never used on any record."""
        return next(self._sequence)

    def add_person(self, entry: dict[str, Any]) -> Person:
        """Add or change a person from an entry of the people file.

        Raises:
            UnusableError: the iD or a value cannot be used.
        """
        existing = self.people.get(entry.get("orcid") or entry.get("orcid_id") or "")
        status_before = existing.status if existing else None
        person = person_from(entry, existing=existing)
        self.people[person.orcid_id] = person
        self.records.setdefault(person.orcid_id, Record(person.orcid_id))
        if person.status is RecordStatus.DEACTIVATED:
            t.disable(self.tokens.of_person(person.orcid_id), t.RECORD_DEACTIVATED)
        if status_before is not None and person.status is not status_before:
            self.on_change(person.orcid_id)
        for work_entry in entry.get("works", ()):
            sent = work_entry.get("work", work_entry)
            self.add_work(
                person.orcid_id,
                kept(sent),
                source=work_entry.get("source_client") or person.orcid_id,
                visibility=sent.get("visibility") or person.default_visibility,
            )
        return person

    def add_client(self, entry: dict[str, Any]) -> Client:
        """Add or change a client from the body of a control request.

        Raises:
            UnusableError: a value cannot be used.
        """
        client = client_from(entry, existing=self.clients.get(str(entry.get("client_id") or "")))
        self.clients[client.client_id] = client
        return client

    def add_work(self, orcid_id: str, content: Document, *, source: str, visibility: str) -> Work:
        """Store a new work and notify the listeners."""
        now = self.milliseconds()
        work = Work(self.next_put_code(), orcid_id, source, content, visibility, now, now)
        self.records[orcid_id].put(work)
        self.on_change(orcid_id)
        return work

    def change_work(
        self, work: Work, *, content: Document | None = None, visibility: str | None = None
    ) -> Work:
        """Replace a stored work and notify the listeners."""
        changed = Work(
            work.put_code,
            work.orcid_id,
            work.source,
            work.content if content is None else content,
            visibility or work.visibility,
            work.created,
            self.milliseconds(),
            work.display_index,
        )
        self.records[work.orcid_id].put(changed)
        self.on_change(work.orcid_id)
        return changed

    def remove_work(self, work: Work) -> None:
        """Remove a work and notify the listeners."""
        self.records[work.orcid_id].remove(work.put_code, at=self.milliseconds())
        self.on_change(work.orcid_id)

    def work(self, orcid_id: str, put_code: int) -> Work:
        """Return a work of this record.

        Raises:
            OrcidError: 9016, it never existed, was removed, or is on another record.
        """
        record = self.records.get(orcid_id)
        work = record.works.get(put_code) if record else None
        if work is None:
            raise OrcidError(9016, "No entity found for query")
        return work

    def source_name(self, source: str) -> str:
        """Return the name of the client or person that is the source of an item."""
        if source in self.clients:
            return self.clients[source].name
        person = self.people.get(source)
        return (person.public_name or "") if person else ""

    def revoke_trust(self, orcid_id: str, client_id: str) -> int:
        """Revoke a client as "revoke access" in the list of trusted organisations does."""
        return t.disable(self.tokens.of_person(orcid_id, client_id), t.USER_REVOKED)

    def notify(self, orcid_id: str, client_id: str, content: Document) -> Notification:
        """Add a message to an inbox."""
        note = Notification(self.next_put_code(), orcid_id, client_id, content, self.milliseconds())
        self.notifications[note.put_code] = note
        self.inboxes[orcid_id].append(note.put_code)
        return note

    def add_webhook(self, webhook: Webhook) -> None:
        """Register an address."""
        self.webhooks[webhook.orcid_id, webhook.uri] = webhook
        self.webhooks_of[webhook.orcid_id].append(webhook)

    def remove_webhook(self, webhook: Webhook) -> None:
        """Remove a registration."""
        del self.webhooks[webhook.orcid_id, webhook.uri]
        self.webhooks_of[webhook.orcid_id].remove(webhook)

    def export(self) -> dict[str, Any]:
        """Return the state for the control endpoint, without tokens and secrets."""
        return {
            "people": [
                {
                    "orcid": person.orcid_id,
                    "name": person.display_name,
                    "name_public": person.name_public,
                    "status": person.status.value,
                    "works": [_exported(work) for work in self.records[person.orcid_id].works.values()],
                    "trusted": sorted(
                        {
                            token.client_id
                            for token in self.tokens.of_person(person.orcid_id)
                            if token.is_live(self.now())
                        },
                    ),
                    "notifications": len(self.inboxes.get(person.orcid_id, ())),
                }
                for person in self.people.values()
            ],
            "clients": [
                {"client_id": client.client_id, "name": client.name, "status": client.status}
                for client in self.clients.values()
            ],
            "webhooks": [asdict(webhook) for webhook in self.webhooks.values()],
            "options": asdict(self.options),
        }


def _exported(work: Work) -> dict[str, Any]:
    return {
        "put_code": work.put_code,
        "source": work.source,
        "title": work.content.get("title", {}).get("title", {}).get("value"),
        "type": work.content.get("type"),
        "visibility": work.visibility,
        "identifiers": [
            [each["external-id-type"], each["external-id-value"], each["external-id-relationship"]]
            for each in work.identifiers
        ],
    }

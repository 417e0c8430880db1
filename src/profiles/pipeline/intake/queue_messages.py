"""Take in the messages by which DataCite's own services announce changed DOIs.

The message is the one that is sent today: ``{"id", "type": "dois", "attributes": {"doi", "state", "created",
"updated"}}``, the DOI in capitals, without metadata. It is acknowledged when its event is stored, not before;
an unreadable message is left to the queue's dead letters, with one line in the log. A queue without dead
letters would deliver it for ever: after some deliveries it goes into our quarantine and is acknowledged.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
import structlog

from profiles.clients.errors import ServiceError
from profiles.clients.sqs import QueueMessage
from profiles.domain.eligibility.case import Source
from profiles.domain.records.sighting import moment, text
from profiles.intake import services
from profiles.pipeline.intake.receive import AnnouncedDoi, take_in_events

log = structlog.get_logger("profiles.intake")

_MAX_PAUSE: Final = 60.0
QUARANTINE_AFTER: Final = 10
"""After so many deliveries the queue has no dead letters; DataCite's queue moves messages after four."""


class Queue(Protocol):
    """The part of the queue client that is needed here."""

    def receive(self, *, wait: int = 20, hold: int = 60) -> list[QueueMessage]: ...

    def acknowledge(self, messages: Sequence[QueueMessage]) -> int: ...


@dataclass(slots=True)
class ListenResult:
    """The counts of messages from the queue."""

    messages: int = 0
    new: int = 0
    unreadable: int = 0


def listen(
    queue: Queue,
    *,
    stop: Callable[[], bool],
    wait: int = 20,
    hold: int = 60,
    pause: Callable[[float], None] = time.sleep,
) -> ListenResult:
    """Take in messages until ``stop`` says so; messages received by then are stored and acknowledged first.

    ``wait`` is how many seconds to wait for messages; ``hold`` is after how many seconds messages that were
    received but not stored come again. A message that comes twice is one event. While the queue does not
    answer, the pause grows.
    """
    done = ListenResult()
    failures = 0
    while not stop():
        try:
            messages = queue.receive(wait=wait, hold=hold)
            failures = 0
            if messages:
                take_in_messages(queue, messages, done)
        except ServiceError as error:
            failures += 1
            log.warning("queue.unavailable", detail=error.detail, failures=failures)
            pause(min(2.0**failures, _MAX_PAUSE))
    return done


def take_in_messages(queue: Queue, messages: Sequence[QueueMessage], done: ListenResult) -> None:
    """Store the events of a batch, then acknowledge them."""
    readable = [(message, event) for message in messages if (event := read_announcement(message)) is not None]
    new, _known, refused = take_in_events([event for _, event in readable], source=Source.QUEUE)
    refused_ids = {event.event_id for event in refused}
    stored = [message for message, event in readable if event.event_id not in refused_ids]
    unreadable = [message for message in messages if message not in stored]
    queue.acknowledge(stored + _quarantine(unreadable))
    done.messages += len(messages)
    done.new += new
    done.unreadable += len(messages) - len(stored)


def _quarantine(unreadable: Sequence[QueueMessage]) -> list[QueueMessage]:
    """Log each unreadable message once; quarantine and return those that the queue keeps delivering."""
    quarantined = []
    for message in unreadable:
        if message.received <= 1:
            log.warning("queue.unreadable", message_id=message.message_id)
        elif message.received >= QUARANTINE_AFTER:
            raw = message.body.encode(errors="replace")
            reason = "no message about a DOI"
            services.quarantine(source=f"queue {message.message_id}", line=0, reason=reason, raw=raw)
            quarantined.append(message)
    return quarantined


def read_announcement(message: QueueMessage) -> AnnouncedDoi | None:
    """Read a message; return None when it does not announce a DOI."""
    try:
        content: Any = msgspec.json.decode(message.body)
    except (ValueError, RecursionError):
        content = None
    attributes = content.get("attributes") if isinstance(content, dict) else None
    doi = text(attributes.get("doi")) if isinstance(attributes, dict) else ""
    if isinstance(content, dict):
        doi = doi or text(content.get("id"))
    if not doi:
        return None
    updated = moment(attributes.get("updated")) if isinstance(attributes, dict) else None
    # Two messages about one change have different ids and the same content.
    content_id = f"{doi.lower()}@{updated.isoformat()}" if updated else message.message_id
    return AnnouncedDoi(f"queue:{content_id}", doi, updated)

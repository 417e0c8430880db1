"""Take in the messages by which DataCite's own services announce changed DOIs.

The message is the one that is sent today: ``{"id", "type": "dois", "attributes": {"doi", "state", "created",
"updated"}}``, the DOI in capitals, with no metadata. It is acknowledged when its event is stored, not before;
what cannot be read is left to the queue's own dead letters, with one line in the log. A queue without dead
letters would bring it for ever: after some times it is set aside here and acknowledged.
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
ENOUGH: Final = 10
"""A message that came so often has no dead letters to go to; DataCite's queue moves them after four."""


class Queue(Protocol):
    """The part of a queue that is needed here."""

    def receive(self, *, wait: int = 20, hold: int = 60) -> list[QueueMessage]: ...

    def acknowledge(self, messages: Sequence[QueueMessage]) -> int: ...


@dataclass(slots=True)
class Listened:
    """What came from the queue."""

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
) -> Listened:
    """Take in messages until told to stop; what was received by then is stored and acknowledged first.

    ``wait`` and ``hold`` are in seconds: for messages to come, and until those that were received and not
    stored come again. A message that comes twice is one event. While the queue does not answer, the pause
    grows.
    """
    done = Listened()
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


def take_in_messages(queue: Queue, messages: Sequence[QueueMessage], done: Listened) -> None:
    """Store the events of a batch, then acknowledge them."""
    readable = [(message, event) for message in messages if (event := announced(message)) is not None]
    new, _known, refused = take_in_events([event for _, event in readable], source=Source.QUEUE)
    bad = {event.event_id for event in refused}
    stored = [message for message, event in readable if event.event_id not in bad]
    unreadable = [message for message in messages if message not in stored]
    queue.acknowledge(stored + _set_aside(unreadable))
    done.messages += len(messages)
    done.new += new
    done.unreadable += len(messages) - len(stored)


def _set_aside(unreadable: Sequence[QueueMessage]) -> list[QueueMessage]:
    """Report each unreadable message once; keep and return those that the queue does not get rid of."""
    kept = []
    for message in unreadable:
        if message.received <= 1:
            log.warning("queue.unreadable", message_id=message.message_id)
        elif message.received >= ENOUGH:
            raw = message.body.encode(errors="replace")
            reason = "no message about a DOI"
            services.quarantine(source=f"queue {message.message_id}", line=0, reason=reason, raw=raw)
            kept.append(message)
    return kept


def announced(message: QueueMessage) -> AnnouncedDoi | None:
    """Read a message; None when it is not one of ours."""
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
    # Two sendings of one change have different message ids; what they say is the same.
    said = f"{doi.lower()}@{updated.isoformat()}" if updated else message.message_id
    return AnnouncedDoi(f"queue:{said}", doi, updated)

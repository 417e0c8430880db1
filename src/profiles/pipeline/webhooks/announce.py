"""Turn claim histories, decisions, consent receipts and answers of authors into messages for webhooks.

Nothing is sent about people who hide their record, not even to DataCite's own services.

The four tables are read in the order in which they were written. A transaction that began earlier may end
later, so the last minutes are read again each time; an event makes one message, however often it is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from profiles.accounts import selectors as accounts
from profiles.claims import feed as claims
from profiles.confirmations import feed as confirmations
from profiles.consents import feed as consents
from profiles.domain.claim import ClaimState
from profiles.domain.confirmation import Answer
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import Doi, doi_url, orcid_uri
from profiles.domain.problems import CATALOGUE, PERSONAL
from profiles.domain.webhook_events import OF_STATE, WebhookEvent, is_of
from profiles.infra import clock
from profiles.intake import feed as intake
from profiles.webhooks import selectors, services
from profiles.webhooks.models import Webhook
from profiles.webhooks.services import NewMessage

PAGE_SIZE: Final = 2000
SETTLE_DELAY: Final = timedelta(minutes=5)
"""No transaction of ours lasts so long; older rows are final."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event for webhooks. ``is_private``: it is sent to DataCite's own services only.

    ``repository``: it is sent to webhooks of this repository, and to DataCite's own services.
    """

    id: str
    at: datetime
    event: WebhookEvent
    orcid_id: str
    content: dict[str, Any]
    is_private: bool = False
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A table that events come from."""

    name: str
    after: Callable[..., Sequence[Any]]
    last_before: Callable[[datetime], int]
    read: Callable[[Any], FeedEvent | None]


def announce() -> int:
    """Write messages for new events; return the number of new messages. Safe to run twice."""
    listening = selectors.active_webhooks()
    return sum(_announce(source, listening) for source in SOURCES)


def _announce(source: Source, listening: Sequence[Webhook]) -> int:
    settled = source.last_before(clock.now() - SETTLE_DELAY)
    last = services.event_cursor(source.name, begin=settled)
    new = 0
    while listening and (rows := source.after(last, limit=PAGE_SIZE)):
        events = [event for row in rows if (event := source.read(row)) is not None]
        hidden = accounts.hidden_among({event.orcid_id for event in events})
        shown = [event for event in events if event.orcid_id not in hidden]
        new += services.add_messages(messages=list(_messages(shown, listening)))
        last = rows[-1].id
    services.advance_cursor(source=source.name, last_id=settled)
    return new


def _messages(events: Sequence[FeedEvent], listening: Sequence[Webhook]) -> Iterator[NewMessage]:
    for event in events:
        body = b""
        for webhook in listening:
            if event.event.value not in webhook.events or event.at < webhook.created_at:
                continue
            if not (webhook.is_own or _may_receive(webhook, event)):
                continue
            body = body or _body(event)
            yield NewMessage(webhook.pk, event.id, event.event, event.orcid_id, body)


def _may_receive(webhook: Webhook, event: FeedEvent) -> bool:
    if event.repository is None:
        return not event.is_private
    return is_of(event.repository, bound_to=webhook.repository, member=webhook.member)


def _body(event: FeedEvent) -> bytes:
    content = {
        "type": event.event.value,
        "timestamp": _moment(event.at),
        "data": {"event": event.id, **event.content},
    }
    return msgspec.json.encode(content)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _of_claim(change: claims.ClaimChange) -> FeedEvent | None:
    event = OF_STATE.get(ClaimState(change.to_state))
    if event is None or change.from_state == change.to_state:
        return None
    problem = CATALOGUE.get(change.problem)
    errors = [{"title": problem.title, "code": problem.code}] if problem else []
    attributes = {
        "orcid": f"https://orcid.org/{change.orcid_id}",
        "doi": f"https://doi.org/{change.doi}",
        "sourceId": change.origin,
        "state": change.to_state,
        "claimAction": change.action,
        "errorMessages": errors,
        "putCode": change.put_code,
    }
    content = {"id": str(change.claim_uuid), "type": "claims", "attributes": attributes}
    personal = change.problem in PERSONAL
    return FeedEvent(f"claim-{change.id}", change.at, event, change.orcid_id, content, is_private=personal)


def _of_verdict(verdict: intake.Verdict) -> FeedEvent | None:
    if not verdict.is_skip:
        return None
    reason = REASONS.get(verdict.reason)
    attributes = {
        "orcid": f"https://orcid.org/{verdict.orcid_id}",
        "doi": f"https://doi.org/{verdict.doi}",
        "sourceId": "orcid_update",
        "reason": verdict.reason,
        "sentence": reason.sentence if reason else "",
        "field": verdict.field,
        "value": verdict.value,
    }
    content = {"id": str(verdict.id), "type": "decisions", "attributes": attributes}
    return FeedEvent(
        f"decision-{verdict.id}",
        verdict.at,
        WebhookEvent.CLAIM_SKIPPED,
        verdict.orcid_id,
        content,
        is_private=verdict.is_personal,
    )


def _of_permission(change: consents.PermissionChange) -> FeedEvent | None:
    if not change.is_loss:
        return None
    attributes = {"orcid": f"https://orcid.org/{change.orcid_id}", "purpose": change.purpose}
    content = {"id": change.orcid_id, "type": "permissions", "attributes": attributes}
    return FeedEvent(
        f"permission-{change.id}",
        change.at,
        WebhookEvent.PERMISSION_LOST,
        change.orcid_id,
        content,
        is_private=True,
    )


def _of_answer(given: confirmations.GivenAnswer) -> FeedEvent:
    wanted = orcid_uri(given.orcid_id) if given.answer in {Answer.MINE, Answer.OTHER_ID} else None
    attributes = {
        "orcid": orcid_uri(given.orcid_id),
        "doi": doi_url(Doi(given.doi)),
        "answer": given.answer,
        "name": given.name,
        "field": given.field,
        "old": given.written or None,
        "new": wanted if given.answer != Answer.WITHDRAWN else given.written or None,
    }
    content = {"id": given.doi, "type": "confirmations", "attributes": attributes}
    return FeedEvent(
        f"answer-{given.id}",
        given.at,
        WebhookEvent.AUTHOR_ANSWERED,
        given.orcid_id,
        content,
        repository=given.repository,
    )


SOURCES: Final = (
    Source("claims", claims.changes_after, claims.last_before, _of_claim),
    Source("decisions", intake.verdicts_after, intake.last_before, _of_verdict),
    Source("answers", confirmations.answers_after, confirmations.last_before, _of_answer),
    Source("permissions", consents.changes_after, consents.last_before, _of_permission),
)

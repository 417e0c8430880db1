"""One timeline of a person or a DOI: events of many tables, as sentences, with their codes behind."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from django.db.models import Case, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from profiles.accounts.models import FORMER_USER, Account
from profiles.claims.models import Claim
from profiles.consents.models import Invitation, Receipt
from profiles.domain.reasons_for_readers import Reader
from profiles.infra.postgres.event_rows import EventRow, as_events
from profiles.infra.web.moments import day
from profiles.intake.models import DoiSnapshot
from profiles.intake.selectors import NO_NEWS
from profiles.pipeline.support import words
from profiles.pipeline.works.first_sentence import first_sentence_of
from profiles.pipeline.works.own_record import OwnRecord, record_as_last_read
from profiles.pipeline.works.timeline_words import decision_sentence

PAGE_SIZE: Final = 25
_DECISION_COLUMNS: Final = (
    "doi", "orcid_id", "result", "rule", "reason", "rule_version", "field", "value", "trigger", "source",
    "asked_by",
)  # fmt: skip
MAX_PAGE: Final = 400
"""Further back, a day is chosen: what a page skips is read too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as staff read it. ``doi`` and ``orcid_id`` lead to the story of that work."""

    at: datetime
    kind: str
    sentence: str
    codes: tuple[str, ...] = ()
    title: str = ""
    doi: str = ""
    orcid_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a timeline."""

    entries: list[Entry]
    number: int
    has_more: bool


_SENTENCES: Final[dict[str, Callable[[EventRow], str]]] = {
    "permission": words.permission_sentence,
    "account": words.account_sentence,
    "message": words.mail_sentence,
    "invitation": words.invitation_sentence,
    "block": words.block_sentence,
    "staff": words.staff_sentence,
    "doi-event": words.doi_event_sentence,
}
_FOREIGN: Final = frozenset({"sign-in", "service"})
"""Kinds whose package wrote the sentence itself, into the code."""


def entries_of(rows: Sequence[EventRow], *, name: str = "") -> list[Entry]:
    """Return the sentences of these events, with one query more for the works among them.

    ``name`` is that of the person whose timeline it is; on a DOI's, people are named by their iDs.
    """
    claims = _claims({row.ref for row in rows if row.kind == "work"})
    people = {claim.orcid_id for claim in claims.values()}
    records = {person: record_as_last_read(person) for person in people} if len(people) == 1 else {}
    return [_entry(row, claims, records, name) for row in rows]


def _entry(
    row: EventRow,
    claims: dict[str, Any],
    records: dict[str, OwnRecord],
    name: str,
) -> Entry:
    if row.kind == "work" and row.ref in claims:
        claim = claims[row.ref]
        return claim_entry(claim, records.get(claim.orcid_id), name or claim.owner_name or "")
    if row.kind == "decision":
        return decision_entry(row)
    sentence = _SENTENCES.get(row.kind)
    if sentence is None:
        return Entry(row.at, row.kind, row.code, (row.note,) if row.note else ())
    at_work = row.ref if row.kind == "block" else ""
    orcid_id, _space, doi = at_work.partition(" ")
    codes = tuple(text for text in (row.code, row.note.replace("\n", " ").strip()) if text)
    return Entry(row.at, row.kind, sentence(row), codes, doi=doi, orcid_id=orcid_id)


def claim_entry(claim: Any, record: OwnRecord | None, name: str) -> Entry:
    """Return a work as it is now, with what engineers need to find it."""
    seen = record if record is not None else OwnRecord(None)
    codes = [
        " ".join(filter(None, [claim.action, claim.origin, claim.state, claim.problem])),
        claim.detail,
        f"put-code {claim.put_code} {claim.owner_client}" if claim.put_code else "",
        f"claim_id {claim.pk} · {claim.uuid}",
    ]
    return Entry(
        claim.updated_at,
        "work",
        first_sentence_of(claim, Reader.STAFF, name=name, record=seen, write_day=day),
        tuple(code for code in codes if code),
        title=claim.title or claim.doi,
        doi=claim.doi,
        orcid_id=claim.orcid_id,
        state=claim.state,
    )


def decision_entry(row: EventRow) -> Entry:
    """Return a decision of the rules, with rule, reason and trigger; the note holds its columns."""
    decision = SimpleNamespace(**json.loads(row.note))
    codes = [
        f"{decision.rule} {decision.reason} ({decision.rule_version})",
        f"{decision.field} {decision.value}".strip(),
        f"event_id {decision.trigger} ({decision.source})",
        f"asked again by {decision.asked_by}" if decision.asked_by else "",
    ]
    return Entry(
        row.at,
        "decision",
        decision_sentence(decision, Reader.STAFF),
        tuple(code for code in codes if code),
        title=decision.title or decision.doi,
        doi=decision.doi,
        orcid_id=decision.orcid_id,
    )


def with_titles(rows: Any) -> Any:
    """Add the title of each row's DOI as ``title``, and the name of its person as ``owner_name``."""
    titles = DoiSnapshot.objects.filter(doi=OuterRef("doi")).values("title")
    names = Account.objects.filter(orcid_id=OuterRef("orcid_id"), closed_at=None).values("name")
    return rows.annotate(title=Subquery(titles), owner_name=Subquery(names))


def _claims(ids: set[str]) -> dict[str, Any]:
    return {str(claim.pk): claim for claim in with_titles(Claim.objects.filter(pk__in=ids))} if ids else {}


_WHO: Final = Coalesce(
    Subquery(Account.objects.filter(pk=OuterRef("by_account")).values("orcid_id"), output_field=TextField()),
    Case(
        When(by_account=None, then=F("by_name")),
        default=Value(FORMER_USER, TextField()),
        output_field=TextField(),
    ),
)
_COUNT: Final = Coalesce(Cast(F("count"), TextField()), Value("", TextField()))
_LINE: Final = Value("\n", TextField())


def staff_events(rows: Any) -> Any:
    """Return rows of the audit log as events."""
    note = Concat(_WHO, _LINE, _COUNT, _LINE, F("note"), output_field=TextField())
    return as_events(rows, "staff", at="at", code="act", note=note)


def block_events(rows: Any) -> Any:
    """Return blocks as events."""
    pair = Concat(F("orcid_id"), Value(" "), F("doi"), output_field=TextField())
    return as_events(rows, "block", at="at", ref=pair, note="reason")


def claim_events(rows: Any) -> Any:
    """Return claims as events: each once, when it changed last."""
    return as_events(rows, "work", at="updated_at", code="state")


def decision_events(rows: Any, *, all_of_them: bool = False) -> Any:
    """Return decisions as events: those that no claim shows, or all that were about news."""
    telling = rows.exclude(reason__in=NO_NEWS)
    if not all_of_them:
        telling = telling.exclude(result__in=("claim", "update"))
    titles = DoiSnapshot.objects.filter(doi=OuterRef("doi")).values("title")
    columns = JSONObject(title=Subquery(titles), **{name: name for name in _DECISION_COLUMNS})
    return as_events(telling, "decision", at="at", code="result", note=columns)


def receipt_events(orcid_id: str) -> Any:
    """Return the changes of a person's permissions as events."""
    code = Concat(F("purpose"), Value(" "), F("kind"), output_field=TextField())
    return as_events(Receipt.objects.filter(orcid_id=orcid_id), "permission", at="at", code=code)


def invitation_events(orcid_id: str) -> Any:
    """Return the invitation of an author without an account as an event."""
    return as_events(Invitation.objects.filter(orcid_id=orcid_id), "invitation", at="asked_at")

"""Everything about one DOI for support: what it says, whom it names, what became of it, on one timeline."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, TextField, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.accounts import selectors as accounts
from profiles.accounts.models import Account, StaffAudit
from profiles.claims import selectors as claims
from profiles.claims.models import Block, Claim
from profiles.clients.errors import ServiceError
from profiles.domain import problems
from profiles.domain.first_sentences import without_claim
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import Naming, UnreadableId, namings, unreadable
from profiles.domain.problem import Problem
from profiles.domain.reasons_for_readers import Reader
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra.postgres.event_rows import as_events, latest
from profiles.infra.web.moments import day, with_moment
from profiles.intake import selectors as intake
from profiles.intake.models import NO_LONGER_SHOWN, Decision, DoiEvent, DoiSnapshot
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.missing_dois import Ask, problem_of_missing
from profiles.pipeline.support import timelines
from profiles.pipeline.support.timelines import MAX_PAGE, PAGE_SIZE, Page, entries_of
from profiles.pipeline.works.explain import Question, record_fetcher, verdicts
from profiles.pipeline.works.first_sentence import first_sentence_of, spoken
from profiles.pipeline.works.own_record import OwnRecord
from profiles.pipeline.works.timeline import TimelineEntry, timeline_of

MAX_PEOPLE: Final = 25


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person whom the DOI concerns, and the first sentence about it on their record."""

    orcid_id: str
    name: str
    has_account: bool
    sentence: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class WorkStory:
    """One DOI on one record: the first sentence, and every step."""

    orcid_id: str
    account: Account | None
    sentence: str
    claim: Claim | None
    is_blocked: bool
    timeline: list[TimelineEntry]


@dataclass(frozen=True, slots=True)
class DoiStory:
    """A DOI as support sees it. ``record`` is None where DataCite shows none, for the reason ``missing``."""

    doi: Doi
    record: Sighting | None
    snapshot: DoiSnapshot | None
    missing: Problem | None
    trouble: Problem | None
    answer: str
    named_total: int
    unreadable: list[UnreadableId]
    people: list[PersonLine] = field(default_factory=list)
    timeline: Page = field(default_factory=lambda: Page([], 1, has_more=False))

    @property
    def title(self) -> str:
        """The title, or the DOI where none is known."""
        return (self.record.title if self.record else "") or self.doi


@dataclass(frozen=True, slots=True)
class _Known:
    record: Sighting | None
    snapshot: DoiSnapshot | None
    missing: Problem | None = None
    trouble: Problem | None = None


def story_of(doi: Doi, *, until: datetime | None = None, page: int = 1) -> DoiStory:
    """Return everything about a DOI. One that was never seen here is looked up at DataCite now."""
    known = _known(doi)
    sandbox = deployment().sandbox_ids
    named = namings(known.record, sandbox=sandbox) if known.record else []
    broken = unreadable(known.record, sandbox=sandbox) if known.record else []
    named_total = len({naming.orcid_id for naming in named})
    return DoiStory(
        doi,
        known.record,
        known.snapshot,
        known.missing,
        known.trouble,
        _answer(known, named_total, broken),
        named_total,
        broken,
        _people(doi, known.record, named),
        _timeline(doi, until, page),
    )


def _known(doi: Doi) -> _Known:
    snapshot = intake.snapshot_of(doi)
    if snapshot is not None and snapshot.state != NO_LONGER_SHOWN:
        with suppress(UnreadableRecordError):
            return _Known(read_sighting(intake.unpacked(snapshot)), snapshot)
    ask: Ask = datacite_time_budget.asking(seconds=datacite_time_budget.PAGE_SECONDS)
    try:
        record = record_fetcher(sync_clients.datacite(), ask=ask)(doi)
        missing = None if record else problems.DOI_WITHDRAWN if snapshot else _why_missing(doi, ask)
    except ServiceError as error:
        return _Known(None, snapshot, trouble=error.entry)
    return _Known(record, snapshot, missing)


def _why_missing(doi: Doi, ask: Ask) -> Problem:
    problem: Problem = ask(lambda: problem_of_missing(sync_clients.datacite(), doi))
    return problem


def _answer(known: _Known, named: int, broken: Sequence[UnreadableId]) -> str:
    """Return the first sentence about the DOI: whether it can be on a record automatically, or why not."""
    if known.trouble is not None:
        return _("We cannot say now: %(reason)s.") % {"reason": _(known.trouble.title)}
    if known.record is None:
        return _answer_without_record(known)
    if known.record.state != "findable":
        return _("The DOI is not public, so nothing is sent for it.")
    if named:
        words = ngettext("The metadata name %(n)d ORCID iD.", "The metadata name %(n)d ORCID iDs.", named)
        return words % {"n": named}
    if broken:
        return _("The metadata name no ORCID iD that can be read: “%(value)s” is none.") % {
            "value": broken[0].deposited
        }
    return _("The metadata name no ORCID iD, so Auto-Update adds the DOI to no record.")


def _answer_without_record(known: _Known) -> str:
    if known.snapshot is not None and known.snapshot.state == NO_LONGER_SHOWN:
        words = _("Withdrawn or hidden since %(when)s: DataCite showed the DOI before.")
        return with_moment(words, known.snapshot.seen_at, "date")
    missing = known.missing or problems.DOI_UNKNOWN
    return f"{_(missing.title)}."


def _people(doi: Doi, record: Sighting | None, named: Sequence[Naming]) -> list[PersonLine]:
    """Return those whom the DOI names and those with a claim for it, claims first, as far as they fit."""
    rows = timelines.with_titles(Claim.objects.filter(doi=doi)).order_by("-updated_at")[:MAX_PEOPLE]
    by_claim = {claim.orcid_id: claim for claim in rows}
    names = {naming.orcid_id: naming.person.name for naming in reversed(named)}
    wanted = list(dict.fromkeys([*by_claim, *(naming.orcid_id for naming in named)]))[:MAX_PEOPLE]
    others = [orcid_id for orcid_id in wanted if orcid_id not in by_claim]
    known = {account.orcid_id: account for account in accounts.accounts_among(wanted)} if wanted else {}
    said = _without_claims(doi, record, [orcid_id for orcid_id in others if orcid_id in known], known)
    return [_line(orcid_id, by_claim.get(orcid_id), known.get(orcid_id), said, names) for orcid_id in wanted]


def _line(
    orcid_id: str, claim: Any, account: Account | None, said: dict[str, str], names: dict[Any, str]
) -> PersonLine:
    name = account.display_name if account else names.get(orcid_id, "")
    if claim is not None:
        own_name = account.display_name if account else ""
        sentence = first_sentence_of(
            claim, Reader.STAFF, name=own_name, record=OwnRecord(None), write_day=day
        )
        return PersonLine(orcid_id, name, account is not None, sentence, claim.state)
    return PersonLine(orcid_id, name, account is not None, said.get(orcid_id) or no_account())


def no_account() -> str:
    """Return the sentence about an iD without an account."""
    return _("This ORCID iD has no account: its owner has never signed in here, so nothing can be sent.")


def _without_claims(
    doi: Doi, record: Sighting | None, orcid_ids: Sequence[str], known: dict[str, Account]
) -> dict[str, str]:
    """Return what the rules say today for people with an account and without a claim."""
    if not orcid_ids:
        return {}
    pairs = [Question(doi, OrcidId(o), record, intake.decision_of(o, doi)) for o in orcid_ids]
    return {
        question.orcid_id: spoken(
            without_claim(
                verdict.result.value,
                verdict.reason,
                Reader.STAFF,
                name=known[question.orcid_id].display_name,
            ),
            day,
        )
        for question, verdict in zip(pairs, verdicts(pairs), strict=True)
    }


def _timeline(doi: Doi, until: datetime | None, page: int) -> Page:
    number = max(1, min(page, MAX_PAGE))
    waiting = Case(
        When(due_at__isnull=False, then=Value("waiting")), default="problem", output_field=TextField()
    )
    reported = DoiEvent.objects.filter(doi=doi)
    sources = [
        as_events(reported, "doi-event", at="received_at", code="source", ref="event_id", note=waiting),
        timelines.claim_events(Claim.objects.filter(doi=doi)),
        timelines.decision_events(Decision.objects.filter(doi=doi)),
        timelines.block_events(Block.objects.filter(doi=doi)),
        timelines.staff_events(StaffAudit.objects.filter(about=doi)),
    ]
    rows = latest(sources, until=until, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    return Page(entries_of(rows[:PAGE_SIZE]), number, len(rows) > PAGE_SIZE)


def work_story(doi: Doi, orcid_id: str, record: Sighting | None) -> WorkStory:
    """Return the story of one DOI on one record, as its owner reads it, in staff's voice."""
    account, claim = accounts.account_of(orcid_id), claims.claim_of(orcid_id, doi)
    name = account.display_name if account else ""
    if claim is not None:
        sentence = first_sentence_of(claim, Reader.STAFF, name=name, write_day=day)
    elif account is None:
        sentence = no_account()
    else:
        sentence = _without_claims(doi, record, [orcid_id], {orcid_id: account})[orcid_id]
    return WorkStory(
        orcid_id,
        account,
        sentence,
        claim,
        claims.is_blocked(orcid_id, doi),
        timeline_of(orcid_id, doi, Reader.STAFF, claim=claim),
    )

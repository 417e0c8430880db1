"""Everything about one person for support: facts, counts, and one timeline of all that happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, F, Max, Q, TextField, Value, When

from profiles.accounts import signals
from profiles.accounts.models import Account, StaffAudit
from profiles.claims.models import Block, Claim
from profiles.consents import selectors as consents
from profiles.domain.auto_update import AutoUpdateStatus
from profiles.domain.consent import Purpose
from profiles.infra.models import OutgoingMail
from profiles.infra.postgres.event_rows import as_events, latest
from profiles.intake.models import Decision
from profiles.pipeline.permissions.auto_update import status_of
from profiles.pipeline.support import timelines
from profiles.pipeline.support.timelines import MAX_PAGE, PAGE_SIZE, Page, entries_of

STOPPED: Final = frozenset({"failed", "waiting", "notified"})
KINDS: Final = ("works", "decisions", "permissions", "sign-in", "messages", "staff")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a person's timeline is to be shown; an empty text and None narrow nothing."""

    kind: str = ""
    state: str = ""
    problem: str = ""
    until: datetime | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """The number of a person's works in one state with one problem, and when the last one changed."""

    state: str
    problem: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class PersonStory:
    """A person as support sees them. ``account`` is None for an iD that never signed in here."""

    orcid_id: str
    account: Account | None
    name: str
    permissions: dict[Purpose, Any]
    auto_update: AutoUpdateStatus | None
    counts: list[ProblemCount]
    timeline: Page

    @property
    def by_state(self) -> dict[str, int]:
        """The number of works in each state."""
        found: dict[str, int] = {}
        for row in self.counts:
            found[row.state] = found.get(row.state, 0) + row.count
        return found

    @property
    def problems(self) -> list[ProblemCount]:
        """What keeps works from the record now, the most frequent first."""
        stopped = [row for row in self.counts if row.problem and row.state in STOPPED]
        return sorted(stopped, key=lambda row: -row.count)


def account_for_support(orcid_id: str) -> Account | None:
    """Return the account of an iD, open or closed."""
    return Account.objects.filter(orcid_id=orcid_id).first()


def story_of(orcid_id: str, account: Account | None, shown: Shown) -> PersonStory:
    """Return everything about a person, in a fixed number of queries, however many works they have."""
    name = account.display_name if account and account.closed_at is None else ""
    held = consents.consents_of(orcid_id)
    is_open = account is not None and account.closed_at is None
    status = status_of(account, held.get(Purpose.AUTO_UPDATE)) if account is not None and is_open else None
    return PersonStory(
        orcid_id, account, name, held, status, _counts(orcid_id), _timeline(orcid_id, account, shown, name)
    )


def _counts(orcid_id: str) -> list[ProblemCount]:
    rows = Claim.objects.filter(orcid_id=orcid_id).values_list("state", "problem")
    return [ProblemCount(*row) for row in rows.annotate(count=Count("id"), last=Max("updated_at"))]


def _timeline(orcid_id: str, account: Account | None, shown: Shown, name: str) -> Page:
    number = max(1, min(shown.page, MAX_PAGE))
    rows = latest(
        _sources(orcid_id, account, shown),
        until=shown.until,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return Page(entries_of(rows[:PAGE_SIZE], name=name), number, len(rows) > PAGE_SIZE)


def _sources(orcid_id: str, account: Account | None, shown: Shown) -> list[Any]:
    sources: list[Any] = []
    kinds = {shown.kind} if shown.kind in KINDS else set(KINDS)
    if shown.state or shown.problem:
        kinds = {"works"}
    if "works" in kinds:
        works = Claim.objects.filter(orcid_id=orcid_id)
        works = works.filter(state=shown.state) if shown.state else works
        works = works.filter(problem=shown.problem) if shown.problem else works
        sources.append(timelines.claim_events(works))
    if "decisions" in kinds:
        decisions = Decision.objects.filter(orcid_id=orcid_id)
        sources.append(timelines.decision_events(decisions, all_of_them=kinds == {"decisions"}))
        sources.append(timelines.block_events(Block.objects.filter(orcid_id=orcid_id)))
    if "permissions" in kinds:
        sources.append(timelines.receipt_events(orcid_id))
    if "messages" in kinds:
        sources.append(timelines.invitation_events(orcid_id))
    if "staff" in kinds:
        sources.append(timelines.staff_events(_looks(orcid_id, account)))
    return sources + (_of_account(account, kinds) if account is not None else [])


def _looks(orcid_id: str, account: Account | None) -> Any:
    rows = StaffAudit.objects
    return rows.filter(about=orcid_id) if account is None else rows.filter(account_id=account.pk)


def _of_account(account: Account, kinds: set[str]) -> list[Any]:
    sources: list[Any] = []
    if "permissions" in kinds:
        sources += [_moment(account, "auto-update-on", "auto_update_since")]
        sources += [_moment(account, "auto-update-off", "auto_update_off_at")]
    if "messages" in kinds:
        sources.append(_mails(account))
    if "sign-in" in kinds:
        sources += [
            _moment(account, "first-signed-in", "first_signed_in_at"),
            _moment(account, "email-confirmed", "email_verified_at"),
            _moment(account, "email-refused", "email_refused_at"),
            _moment(account, "closed", "closed_at"),
        ]
        answers: list[Any] = signals.person_events_requested.send(sender=Account, account=account)
        sources += [source for _receiver, part in answers for source in part]
    return sources


def _moment(account: Account, code: str, column: str) -> Any:
    rows = Account.objects.filter(pk=account.pk)
    return as_events(rows, "account", at=column, code=Value(code))


def _mails(account: Account) -> Any:
    state = Case(
        When(sent_at__isnull=False, then=Value("sent")),
        When(Q(sent_at=None, sealed=None), then=Value("given up")),
        default=Value("waiting"),
        output_field=TextField(),
    )
    rows = OutgoingMail.objects.filter(account_id=account.pk)
    return as_events(rows, "message", at="created_at", code=F("about"), note=state)

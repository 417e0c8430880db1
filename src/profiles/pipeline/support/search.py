"""Search for support: one text that may be an iD, a name, an address, a DOI, a title, a number or a code."""

import re
import uuid as uuids
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from profiles.accounts import selectors as accounts
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.claims.models import Claim, ClaimBatch
from profiles.clients.errors import ServiceError
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.domain.matching.named_ids import namings
from profiles.domain.matching.names import name_parts
from profiles.domain.problems import CATALOGUE
from profiles.domain.records.search import name_query, words_query
from profiles.intake.models import Decision, DoiEvent
from profiles.intake.title_search import titled_like
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.works.find_works import readable

MAX_HITS: Final = 25
_MAX_ASKED: Final = 100
_DAY: Final = re.compile(r"(?:^|\s)(\d{4}-\d{2}-\d{2})(?=\s|$)")
_MAX_DIGITS: Final = 19


class HitKind(StrEnum):
    """What was found."""

    PERSON = "person"
    DOI = "doi"
    PAIR = "pair"
    """One DOI on one record."""
    PROBLEM = "problem"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: what it is, what names it, and words to tell it from others."""

    kind: HitKind
    label: str
    orcid_id: str = ""
    doi: str = ""
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. ``day`` is the day that the text named; ``problem`` is DataCite's."""

    hits: list[Hit]
    day: date | None = None
    asked_datacite: bool = False
    problem: str = ""


def search(text: str) -> Findings:
    """Find what a text of any kind means; DataCite is asked only where nothing here is called so."""
    text, day = _without_day(" ".join(text.split())[:300])
    hits = _exact(text) or _named_here(text)
    if hits or not text:
        return Findings(hits, day)
    try:
        return Findings(_named_at_datacite(text), day, asked_datacite=True)
    except ServiceError as error:
        return Findings([], day, asked_datacite=True, problem=error.entry.title)


def _without_day(text: str) -> tuple[str, date | None]:
    found = _DAY.search(text)
    if found is None:
        return text, None
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return text, None
    return _DAY.sub(" ", text).strip(), day


def end_of(day: date) -> datetime:
    """Return the end of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _exact(text: str) -> list[Hit]:
    """Return what a text names exactly: an iD, a DOI, a code, an id, a number, an address."""
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)
    if orcid_id:
        return [Hit(HitKind.PERSON, orcid_id, orcid_id=orcid_id)]
    if doi:
        return [Hit(HitKind.DOI, doi, doi=doi)]
    if text in CATALOGUE:
        return [Hit(HitKind.PROBLEM, CATALOGUE[text].title, code=text)]
    if text in REASONS:
        return [Hit(HitKind.REASON, REASONS[text].sentence, code=text)]
    if "@" in text:
        return [_person(account) for account in accounts.accounts_with_email(text)[:MAX_HITS]]
    return _of_run(text) or _of_number(text)


def _of_run(text: str) -> list[Hit]:
    """Return what an id of a claim, a batch or an event belongs to."""
    try:
        uuid = uuids.UUID(text)
    except ValueError:
        pass
    else:
        claim = claims.claim_by_uuid(uuid)
        if claim is not None:
            return [_pair(claim)]
        owner = ClaimBatch.objects.filter(uuid=uuid).values_list("owner", flat=True).first()
        owner_id = parse_orcid_id(owner or "")
        if owner_id:
            return [Hit(HitKind.PERSON, owner_id, orcid_id=owner_id)]
    decided = Decision.objects.filter(trigger=text).order_by("id")[:MAX_HITS]
    if decided:
        return [Hit(HitKind.PAIR, d.doi, orcid_id=d.orcid_id, doi=d.doi, note=d.orcid_id) for d in decided]
    doi = DoiEvent.objects.filter(event_id=text).values_list("doi", flat=True).first()
    return [Hit(HitKind.DOI, doi, doi=doi)] if doi else []


def _of_number(text: str) -> list[Hit]:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return []
    return [_pair(claim) for claim in claims.claims_numbered(int(text), limit=MAX_HITS)]


def _named_here(text: str) -> list[Hit]:
    people = accounts.named_like(accounts.all_people(), text)
    found = [_person(account) for account in accounts.matched_first(people, most=MAX_HITS).order_by("name")]
    works = titled_like(text, limit=MAX_HITS)
    return found + [Hit(HitKind.DOI, title or doi, doi=doi, note=doi) for doi, title in works]


def _named_at_datacite(text: str) -> list[Hit]:
    """Return the people without an account whom metadata call so, and works with these words."""
    query = " OR ".join(f"({part})" for part in (name_query([text]), words_query(text)) if part)
    page = datacite_time_budget.ask(
        lambda: sync_clients.datacite().search(query=query, size=_MAX_ASKED),
        seconds=datacite_time_budget.PAGE_SECONDS,
    )
    wanted, works = name_parts(text), []
    people: dict[str, str] = {}
    for record in filter(None, map(readable, page.records)):
        for naming in namings(record, sandbox=deployment().sandbox_ids):
            if wanted and wanted <= name_parts(naming.person.name):
                people.setdefault(naming.orcid_id, naming.person.name)
        if wanted and wanted <= name_parts(record.title):
            works.append(Hit(HitKind.DOI, record.title, doi=record.doi, note=record.doi))
    without = _("no account here; named by DataCite's metadata")
    found = [
        Hit(HitKind.PERSON, name, orcid_id=orcid_id, note=f"{orcid_id} · {without}")
        for orcid_id, name in people.items()
    ]
    return (found + works)[:MAX_HITS]


def _person(account: Account) -> Hit:
    facts = (account.orcid_id, account.email, account.organisation)
    note = " · ".join(fact for fact in facts if fact)
    return Hit(HitKind.PERSON, account.display_name, orcid_id=account.orcid_id, note=note)


def _pair(claim: Claim) -> Hit:
    return Hit(HitKind.PAIR, claim.doi, orcid_id=claim.orcid_id, doi=claim.doi, note=claim.orcid_id)

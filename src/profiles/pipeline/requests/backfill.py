"""Find a person's past works and list them; they are added only when the person chooses them."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.db import transaction
from msgspec.structs import replace

from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.clients.errors import ServiceError
from profiles.clients.orcid_works import OrcidWorks
from profiles.domain.eligibility.case import Candidate, ClaimStatus, Facts, Source
from profiles.domain.eligibility.person import first_second
from profiles.domain.eligibility.researcher_rules import ResearcherRules
from profiles.domain.eligibility.rules import Result, Verdict, decide
from profiles.domain.ids import Doi, OrcidId, exact_doi, orcid_uri
from profiles.domain.mapping.languages import title_language
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.infra.vault import VaultError
from profiles.intake import services, snapshots
from profiles.intake.selectors import CHOSEN_TRIGGER, newer_versions, repository_kinds
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.decide import Tally, decide_all
from profiles.pipeline.intake.facts import PeopleFacts, any_people, deployment, gather, with_own_rules
from profiles.pipeline.intake.incoming import Incoming, incoming_of
from profiles.pipeline.intake.receive import learn_repositories
from profiles.pipeline.works.find_works import readable
from profiles.pipeline.works.own_record import PAGE_WAIT_SECONDS, read_works, usable_consents

log = structlog.get_logger("profiles.intake")

MAX_LISTED_WORKS: Final = 5_000
"""How many works of one person are listed; no person ticks more."""
MAX_PREVIEWED_WORKS: Final = 50
_ON_RECORD: Final = frozenset({ClaimStatus.ON_RECORD, ClaimStatus.BEING_SENT})
_BASELINE_BATCH_SIZE: Final = 1_000


@dataclass(frozen=True, slots=True)
class CandidateWork:
    """A work that names the person, and what would happen if they chose it."""

    doi: Doi
    title: str
    language: str
    year: str
    kind: str
    repository: str
    on_record: bool
    asked_for: bool
    was_removed: bool
    """The person removed it from their record, here or in ORCID: listed, and never ticked for them."""
    verdict: Verdict

    @property
    def can_be_added(self) -> bool:
        """Tell whether choosing the work has an effect."""
        return not self.on_record and not self.asked_for and self.verdict.result is Result.CLAIM


@dataclass(slots=True)
class Candidates:
    """The works that name a person; ``record_problem`` is set when their ORCID record could not be read."""

    works: list[CandidateWork] = field(default_factory=list)
    complete: bool = True
    record_problem: str = ""

    @property
    def addable(self) -> list[CandidateWork]:
        """The works that can be chosen."""
        return [work for work in self.works if work.can_be_added]


def look_back(orcid_id: str, *, datacite: DataCite | None = None) -> int:
    """Look up the works that name a person who has just switched Auto-Update on; return their number.

    Their present state is stored, so that a later change can be detected. Works that were registered since
    the switch are decided at once. Safe to run twice.

    Raises:
        ServiceError: DataCite could not be asked; the job is tried again.
    """
    datacite = datacite or sync_clients.datacite()
    records, _complete = blocking.call(_works_naming(orcid_id, datacite, limit=None))
    learn_repositories(datacite, records)
    person = any_people([orcid_id]).get(orcid_id)
    since = first_second(person.switched_on) if person and person.switched_on else None
    new_records = [r for r in records if since and r.registered and r.registered >= since]
    new_dois = {record.doi for record in new_records}
    past = [record for record in records if record.doi not in new_dois]
    sandbox = deployment().sandbox_ids
    with transaction.atomic():
        for begin in range(0, len(past), _BASELINE_BATCH_SIZE):
            snapshots.save_baseline(past[begin : begin + _BASELINE_BATCH_SIZE], sandbox=sandbox)
        services.save_look_back(orcid_id=orcid_id, found=len(records))
    decide_all([incoming_of(record, Source.POLL) for record in new_records])
    log.info("backfill.looked_back", found=len(records), new=len(new_records))
    return len(records)


def candidates(
    orcid_id: str,
    *,
    datacite: DataCite | None = None,
    works: OrcidWorks | None = None,
    seconds: float = datacite_time_budget.BACKGROUND_SECONDS,
) -> Candidates:
    """List the works that name a person, and mark those that are on their record already.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    datacite = datacite or sync_clients.datacite()
    records, complete = datacite_time_budget.ask(lambda: _works_naming(orcid_id, datacite), seconds=seconds)
    learn_repositories(datacite, records, ask=_ask_for_page)
    dois_on_record, problem = _on_record(orcid_id, works or sync_clients.orcid_works())
    facts = gather(any_people([orcid_id]), [(orcid_id, record.doi) for record in records])
    kinds = repository_kinds({record.repository for record in records})
    newer = newer_versions((orcid_id, record) for record in records)
    listed = [
        _candidate_work(
            record,
            orcid_id,
            facts,
            dois_on_record,
            kind=kinds.get(record.repository, ""),
            newer=newer.get((orcid_id, record.doi), ""),
        )
        for record in records
    ]
    return Candidates(sorted(listed, key=lambda work: (work.year, work.doi), reverse=True), complete, problem)


def _ask_for_page(work: Callable[[], Coroutine[Any, Any, str]]) -> str:
    return datacite_time_budget.ask(work, seconds=datacite_time_budget.PAGE_SECONDS)


def _on_record(orcid_id: str, works: OrcidWorks) -> tuple[set[str], str]:
    """Return the DOIs on the person's own record; it is read once, with the first usable permission."""
    for consent in usable_consents(orcid_id):
        try:
            return {
                doi
                for summary in read_works(consent, works, seconds=PAGE_WAIT_SECONDS)
                for doi in summary.dois
            }, ""
        except ServiceError as error:
            return set(), error.entry.code
        except VaultError:
            log.exception("backfill.sealed_token")
    return set(), ""


def _candidate_work(
    record: Sighting, orcid_id: str, facts: PeopleFacts, dois_on_record: set[str], *, kind: str, newer: str
) -> CandidateWork:
    pair = (orcid_id, record.doi)
    claim_status = facts.standing(pair)
    work_facts = replace(facts.of(pair), source=Source.BACK_FILL, repository_type=kind, superseded_by=newer)
    verdict = decide(_candidate(record, orcid_id), work_facts, deployment())
    claim = facts.claims.get(pair)
    return CandidateWork(
        doi=Doi(record.doi),
        title=record.title,
        language=title_language(record.shown),
        year=str(record.shown.publication_year or ""),
        kind=record.resource_type,
        repository=record.repository,
        on_record=record.doi in dois_on_record or claim_status is ClaimStatus.ON_RECORD,
        was_removed=claim_status in {ClaimStatus.REMOVED_HERE, ClaimStatus.REMOVED_IN_ORCID},
        asked_for=claim is not None
        and claim_status in {ClaimStatus.OPEN, ClaimStatus.BEING_SENT}
        and claim.state in {"waiting", "working"},
        verdict=verdict,
    )


def _candidate(record: Sighting, orcid_id: str) -> Candidate:
    named = tuple(n for n in namings(record, sandbox=deployment().sandbox_ids) if n.orcid_id == orcid_id)
    return Candidate(Doi(record.doi), OrcidId(orcid_id), record, named)


def choose(orcid_id: str, dois: Iterable[str], *, datacite: DataCite | None = None) -> Tally:
    """Add works that the person chose from the list. Each is fetched and judged again.

    Raises:
        ServiceError: DataCite could not be asked; nothing was added.
    """
    return decide_chosen(orcid_id, fetch_chosen(dois, datacite=datacite))


def fetch_chosen(dois: Iterable[str], *, datacite: DataCite | None = None) -> list[Sighting]:
    """Fetch the records of chosen works.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    wanted = {doi for text in dois if (doi := exact_doi(text)) is not None}
    datacite = datacite or sync_clients.datacite()
    records = datacite_time_budget.ask(
        lambda: _fetch_by_doi(sorted(wanted), datacite), seconds=datacite_time_budget.BACKGROUND_SECONDS
    )
    learn_repositories(datacite, records, ask=_ask_for_page)
    return records


def decide_chosen(orcid_id: str, records: Iterable[Sighting], *, gone: Iterable[str] = ()) -> Tally:
    """Judge works that the person chose, and request claims for those that may be added.

    ``gone`` are chosen DOIs that DataCite no longer shows: these get a decision, too.
    """
    now = clock.now()
    chosen: list[tuple[str, Sighting | None]] = [(record.doi, record) for record in records]
    chosen += [(doi, None) for doi in gone]
    return decide_all(
        [
            Incoming(
                f"{CHOSEN_TRIGGER}{orcid_id}:{doi}:{now.isoformat()}",
                doi,
                Source.BACK_FILL,
                record,
                now,
                only=orcid_id,
            )
            for doi, record in chosen
        ]
    )


@dataclass(frozen=True, slots=True)
class RulePreview:
    """The verdicts on one recent work under a person's current rules and under the proposed ones.

    ``facts`` are those of the second verdict.
    """

    doi: str
    title: str
    language: str
    before: Verdict
    after: Verdict
    facts: Facts

    @property
    def differs(self) -> bool:
        """Tell whether the proposed rules change the result."""
        return self.before.result is not self.after.result


def preview(orcid_id: str, rules: ResearcherRules, *, datacite: DataCite | None = None) -> list[RulePreview]:
    """Show what other rules would do to a person's last 50 works. Nothing is stored or sent.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    client = datacite or sync_clients.datacite()
    records, _complete = datacite_time_budget.ask(
        lambda: _works_naming(orcid_id, client), seconds=datacite_time_budget.BACKGROUND_SECONDS
    )
    records.sort(key=lambda record: record.registered or clock.now(), reverse=True)
    learn_repositories(client, records[:MAX_PREVIEWED_WORKS], ask=_ask_for_page)
    return preview_of(orcid_id, rules, records)


def preview_of(orcid_id: str, rules: ResearcherRules, records: Sequence[Sighting]) -> list[RulePreview]:
    """Show what other rules would do to the first of these works."""
    newer = newer_versions((orcid_id, record) for record in records)
    recent = records[:MAX_PREVIEWED_WORKS]
    people_facts = gather(any_people([orcid_id]), [(orcid_id, record.doi) for record in recent])
    kinds = repository_kinds({record.repository for record in recent})
    current_rules = people_facts.people[orcid_id].rules if people_facts.people else ResearcherRules()

    def facts_of(record: Sighting, applied_rules: ResearcherRules) -> Facts:
        facts = people_facts.of((orcid_id, record.doi))
        # As if each work were new today, with Auto-Update on, and not on the record yet.
        return replace(
            with_own_rules(facts, applied_rules),
            source=Source.POLL,
            at=clock.now(),
            switched_on=record.registered or clock.now(),
            standing=ClaimStatus.UNKNOWN if facts.standing in _ON_RECORD else facts.standing,
            works=0,
            repository_type=kinds.get(record.repository, ""),
            superseded_by=newer.get((orcid_id, record.doi), ""),
        )

    def previewed(record: Sighting) -> RulePreview:
        candidate, settings = _candidate(record, orcid_id), deployment()
        facts = facts_of(record, rules)
        return RulePreview(
            record.doi,
            record.title,
            title_language(record.shown),
            decide(candidate, facts_of(record, current_rules), settings),
            decide(candidate, facts, settings),
            facts,
        )

    return [previewed(record) for record in recent]


def count_works_naming(orcid_id: str, *, datacite: DataCite | None = None) -> int:
    """Count the works that name a person, without reading them.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    client = datacite or sync_clients.datacite()
    page = datacite_time_budget.ask(
        lambda: client.search(query=_naming_query(orcid_id), size=1),
        seconds=datacite_time_budget.PAGE_SECONDS,
    )
    return page.total or 0


def _naming_query(orcid_id: str) -> str:
    """Return the query for an iD as creator or contributor, in the forms that DataCite stores."""
    forms = " OR ".join(f'"{form}"' for form in (orcid_uri(orcid_id), orcid_id))
    people = "nameIdentifiers.nameIdentifier"
    return f"creators.{people}:({forms}) OR contributors.{people}:({forms})"


async def _works_naming(
    orcid_id: str, datacite: DataCite, *, limit: int | None = MAX_LISTED_WORKS
) -> tuple[list[Sighting], bool]:
    """Search for the works that name an iD, and tell whether these are all."""
    records: dict[str, Sighting] = {}
    async for record in _pages(datacite, _naming_query(orcid_id)):
        if any(n.orcid_id == orcid_id for n in namings(record, sandbox=True)):
            records[record.doi] = record
        if len(records) == limit:
            return list(records.values()), False
    return list(records.values()), True


async def _pages(datacite: DataCite, query: str) -> AsyncIterator[Sighting]:
    cursor: str | None = "1"
    while cursor:
        page = await datacite.search(query=query, cursor=cursor, size=1000)
        for raw in page.records:
            if (record := readable(raw)) is not None:
                yield record
        cursor = page.cursor


_FETCH_BATCH_SIZE: Final = 100


async def _fetch_by_doi(dois: Sequence[str], datacite: DataCite) -> list[Sighting]:
    """Fetch records by their DOIs, a hundred in each request."""
    records: list[Sighting] = []
    for begin in range(0, len(dois), _FETCH_BATCH_SIZE):
        page = await datacite.named(dois[begin : begin + _FETCH_BATCH_SIZE])
        records += [record for raw in page.records if (record := readable(raw)) is not None]
    return records

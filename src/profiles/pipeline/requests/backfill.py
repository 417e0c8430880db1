"""Look back at a person's past works, decide about those they said yes to, and preview rules on them."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.db import transaction
from msgspec.structs import replace

from profiles.clients import blocking
from profiles.clients.datacite import DataCite, RepositoryEntry
from profiles.domain.eligibility.case import Candidate, ClaimStatus, Facts, Source
from profiles.domain.eligibility.person import first_second
from profiles.domain.eligibility.researcher_rules import ResearcherRules
from profiles.domain.eligibility.rules import Verdict, decide
from profiles.domain.ids import Doi, OrcidId, exact_doi
from profiles.domain.mapping.languages import title_language
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.search import naming_query
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.intake import services, snapshots
from profiles.intake.selectors import CHOSEN_TRIGGER, newer_versions, repository_kinds
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.decide import Tally, decide_all
from profiles.pipeline.intake.facts import any_people, deployment, gather, with_own_rules
from profiles.pipeline.intake.incoming import Incoming, incoming_of
from profiles.pipeline.intake.receive import AnnouncedDoi, learn_repositories, take_in_events
from profiles.pipeline.works.find_works import readable

log = structlog.get_logger("profiles.intake")

MAX_LISTED_WORKS: Final = 5_000
"""How many works of one person are read for a preview."""
MAX_PREVIEWED_WORKS: Final = 50
_ON_RECORD: Final = frozenset({ClaimStatus.ON_RECORD, ClaimStatus.BEING_SENT})
_BASELINE_BATCH_SIZE: Final = 1_000


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
    _decide_and_look_again(orcid_id, new_records)
    log.info("backfill.looked_back", found=len(records), new=len(new_records))
    return len(records)


@transaction.atomic
def _decide_and_look_again(orcid_id: str, records: Sequence[Sighting]) -> None:
    """Decide about works that were registered since the switch, and have each read once more.

    While they were not known here, a poll dropped any change that took the person's name away.
    """
    decide_all([incoming_of(record, Source.POLL) for record in records])
    again = [
        AnnouncedDoi(f"look-back:{orcid_id}:{r.doi}:{clock.now().isoformat()}", r.doi, r.updated)
        for r in records
    ]
    take_in_events(again, source=Source.POLL)


def _ask_for_page(work: Callable[[], Coroutine[Any, Any, RepositoryEntry]]) -> RepositoryEntry:
    return datacite_time_budget.ask(work, seconds=datacite_time_budget.PAGE_SECONDS)


def _candidate(record: Sighting, orcid_id: str) -> Candidate:
    named = tuple(n for n in namings(record, sandbox=deployment().sandbox_ids) if n.orcid_id == orcid_id)
    return Candidate(Doi(record.doi), OrcidId(orcid_id), record, named)


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
            versions=people_facts.versions_wanted(orcid_id, record),
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
        lambda: client.search(query=naming_query(orcid_id), size=1),
        seconds=datacite_time_budget.PAGE_SECONDS,
    )
    return page.total or 0


async def _works_naming(
    orcid_id: str, datacite: DataCite, *, limit: int | None = MAX_LISTED_WORKS
) -> tuple[list[Sighting], bool]:
    """Search for the works that name an iD, and tell whether these are all."""
    records: dict[str, Sighting] = {}
    async for record in _pages(datacite, naming_query(orcid_id)):
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
    asked = set(dois)
    return [record for record in records if record.doi in asked]

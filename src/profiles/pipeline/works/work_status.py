"""Combine metadata, claims and the ORCID record into the status of works for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.eligibility.case import Candidate, Facts, Source
from profiles.domain.eligibility.researcher_rules import Versions, read_rules
from profiles.domain.eligibility.rules import Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.problems import NOT_MINE
from profiles.domain.records.sighting import Sighting
from profiles.domain.work_status import BY_ID, ClaimFacts, Entry, Naming, OnRecord, naming_of, on_record
from profiles.intake.selectors import newer_versions
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.repositories import repositories_of
from profiles.pipeline.works.own_record import Held, our_clients, read_record

IN_PROGRESS = frozenset({ClaimState.WAITING, ClaimState.WORKING})


@dataclass(frozen=True, slots=True)
class WorkStatus:
    """The facts about one work and one person.

    ``source`` names another source that added it. ``left_out`` is the code of the rule by which Auto-Update
    does not add a work that names the person; they can still add it themselves.
    """

    naming: Naming
    on_record: OnRecord
    source: str = ""
    is_on_its_way: bool = False
    problem: str = ""
    has_claim: bool = False
    left_out: str = ""

    @property
    def can_be_added(self) -> bool:
        """Whether adding the work changes anything."""
        return self.on_record is not OnRecord.DATACITE and not self.is_on_its_way

    @property
    def is_chosen_with_all(self) -> bool:
        """Whether choosing all works chooses this one; what was removed or left out is chosen singly."""
        is_there_or_removed = self.on_record in {OnRecord.ELSEWHERE, OnRecord.REMOVED}
        return self.can_be_added and not is_there_or_removed and not self.left_out


def names_of(account: Account) -> tuple[str, ...]:
    """Return all names of a person."""
    whole = " ".join(part for part in (account.given_names, account.family_name) if part)
    return tuple(dict.fromkeys(name for name in (account.name, whole, *account.other_names) if name.strip()))


def work_statuses(
    account: Account, records: Sequence[Sighting], *, held: Held | None = None
) -> tuple[dict[str, WorkStatus], str]:
    """Return the status of each record, and the problem when the ORCID record could not be read.

    ``held`` are the person's permissions, where they were read already.
    """
    names, sandbox = names_of(account), deployment().sandbox_ids
    naming = {record.doi: naming_of(record, account.orcid_id, names, sandbox=sandbox) for record in records}
    statuses, problem = statuses_with_record(account.orcid_id, naming, held=held)
    left_out = _left_out_among(account, names, [r for r in records if naming[r.doi] in BY_ID])
    return {doi: replace(status, left_out=left_out.get(doi, "")) for doi, status in statuses.items()}, problem


def _left_out_among(account: Account, names: Sequence[str], records: Sequence[Sighting]) -> dict[str, str]:
    """Return, by DOI, the code of the rule that refuses a work; accepted works are missing.

    The rules are asked as if the person had chosen each work now, so what counts is the metadata and the
    person's own rules: not when Auto-Update was switched on, and not what they removed earlier.
    """
    rules, settings = read_rules(account.rules), deployment()
    newer = {}
    if rules.versions is Versions.NEWEST_ONLY:
        newer = newer_versions((account.orcid_id, record) for record in records)
    repositories = repositories_of(records)
    refused = {}
    for record in records:
        named = [n for n in namings(record, sandbox=settings.sandbox_ids) if n.orcid_id == account.orcid_id]
        facts = Facts(
            source=Source.BACK_FILL,
            repository_type=repositories[record.repository].kind,
            superseded_by=newer.get((account.orcid_id, record.doi), ""),
            switched_on=account.auto_update_since,
            names=tuple(names),
            rules=rules,
        )
        candidate = Candidate(Doi(record.doi), OrcidId(account.orcid_id), record, tuple(named))
        verdict = decide(candidate, facts, settings)
        if verdict.result is not Result.CLAIM:
            refused[record.doi] = verdict.reason
    return refused


def statuses_with_record(
    orcid_id: str, naming: dict[str, Naming], *, held: Held | None = None
) -> tuple[dict[str, WorkStatus], str]:
    """Combine how the metadata name a person with what is on their record."""
    pairs = [(orcid_id, doi) for doi in naming]
    claims_by_pair = claims.claims_and_blocks_among(pairs)
    record = read_record(orcid_id, sync_clients.orcid_works(), held=held)
    own_clients = our_clients()
    statuses = {}
    for pair in pairs:
        claim = claims_by_pair.get(pair)
        entries: Sequence[Entry] | None = None
        if record.entries is not None:
            entries = record.entries.get(pair[1], ())
        facts = facts_of(claim, is_blocked=claim is not None and claim.is_blocked)
        record_status, source = on_record(facts, entries, own_clients)
        statuses[pair[1]] = WorkStatus(
            naming[pair[1]],
            record_status,
            source,
            is_on_its_way=claim is not None
            and claim.state in IN_PROGRESS
            and claim.action == ClaimAction.CREATE,
            problem=claim.problem if claim is not None and claim.state == ClaimState.FAILED else "",
            has_claim=claim is not None,
        )
    return statuses, record.problem


def claim_on_record(claim: Claim, entries: Mapping[str, Sequence[Entry]] | None) -> tuple[OnRecord, str]:
    """Tell whether the work of a claim is on the record, and the other source, if one put it there.

    ``entries`` is what the record shows by DOI, None when it was not read.
    """
    doi_entries = entries.get(claim.doi, ()) if entries is not None else None
    return on_record(facts_of(claim, is_blocked=claim.problem == NOT_MINE.code), doi_entries, our_clients())


def facts_of(claim: Claim | None, *, is_blocked: bool) -> ClaimFacts | None:
    """Return what a claim says about the record."""
    if claim is None:
        return None
    return ClaimFacts(
        ClaimState(claim.state),
        ClaimAction(claim.action),
        claim.put_code is not None,
        is_blocked=is_blocked,
        removed_by_owner=claim.removed_by_owner_at is not None,
    )

"""Let a person choose works and request them all at once; pasted DOIs are looked up at DataCite first.

A job does the look-up: hundreds of DOIs, or an outage of DataCite, must not make a person wait at a page or
choose again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.claims import selection_selectors, selection_services, services
from profiles.claims import selectors as claims
from profiles.claims.models import Claim, SelectedWork, Selection
from profiles.claims.selection_services import Choice, LookupResult
from profiles.claims.services import ClaimRequest
from profiles.clients import blocking
from profiles.clients.datacite import DataCite, DoiPage
from profiles.clients.errors import ServiceError
from profiles.domain import problems
from profiles.domain.claim import ClaimState, Origin
from profiles.domain.consent import Purpose
from profiles.domain.doi_lists.reading import Leftover, Reading
from profiles.domain.dois.mentions import Way
from profiles.domain.records.sighting import Sighting
from profiles.domain.work_status import BY_ID, Finding, OnRecord
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.missing_dois import elsewhere_among
from profiles.pipeline.works.find_works import ListedWork, WorkSearch, display_fields, find_all, readable
from profiles.pipeline.works.own_record import usable_consents
from profiles.pipeline.works.work_status import WorkStatus, work_statuses

LOOKUP_BATCH_SIZE: Final = 50
"""How many DOIs one call to DataCite asks about; also the step of the progress bar."""
INTERACTIVE_MAX: Final = 5
"""Up to so many works are sent first, for a person who waits at a screen; more are sent in bulk."""
FINDINGS: Final = {
    Leftover.NO_DOI: Finding.UNREADABLE,
    Leftover.NOT_A_DOI: Finding.UNREADABLE,
    Leftover.SHORT_DOI: Finding.SHORT_DOI,
    Leftover.PAGE: Finding.PAGE,
}
"""What is said of a thing that was pasted and led to no DOI."""


def choose_pasted(account: Account, reading: Reading) -> Selection:
    """Add pasted DOIs to the person's selection, and have them looked up."""
    choices = [
        Choice(mention.doi, mention.others, mention.written, mention.way is Way.MENDED)
        for mention in reading.mentions
    ]
    choices += [
        Choice("", written=entry.written, finding=FINDINGS[entry.reason].value) for entry in reading.unused
    ]
    return choose(account, choices)


def choose(account: Account, choices: Sequence[Choice], *, deselected: Collection[str] = ()) -> Selection:
    """Add works to the person's selection; a job looks up those that do not come from a search."""
    with transaction.atomic():
        selection = selection_services.choose(
            orcid_id=account.orcid_id, choices=choices, deselected=deselected
        )
        if any(not choice.finding for choice in choices):
            schedule_lookup(selection)
    return selection


@dataclass(frozen=True, slots=True)
class ChosenTogether:
    """How many works of a search were chosen, and how many were passed over: left out, or removed earlier."""

    chosen: int
    passed_over: int


def choose_found(account: Account, search: WorkSearch) -> ChosenTogether:
    """Choose all works of a search that can be added and that no rule and no removal speaks against.

    Raises:
        ServiceError: DataCite could not be asked; nothing was chosen.
    """
    return _choose_together(account, find_all(account, search), left_out=())


def _choose_together(
    account: Account, works: Sequence[ListedWork], *, left_out: Collection[str]
) -> ChosenTogether:
    works = [work for work in works if work.doi not in left_out]
    chosen = [work for work in works if work.standing.is_chosen_with_all]
    choose(account, [choice_of(work) for work in chosen], deselected=left_out)
    addable = sum(work.standing.can_be_added for work in works)
    return ChosenTogether(len(chosen), addable - len(chosen))


def deselect_found(account: Account, search: WorkSearch) -> None:
    """Deselect all works of a search.

    Raises:
        ServiceError: DataCite could not be asked; nothing was changed.
    """
    choose(account, [], deselected=[work.doi for work in find_all(account, search)])


def choose_all_but(account: Account, search: WorkSearch) -> ChosenTogether:
    """Choose what the same search finds without its filters, except what it finds with them.

    Raises:
        ServiceError: DataCite could not be asked; nothing was chosen.
    """
    left_out = {work.doi for work in find_all(account, search)}
    return _choose_together(account, find_all(account, search.without_filters()), left_out=left_out)


def choice_of(work: ListedWork) -> Choice:
    """Return the choice of a work that was found."""
    return Choice(
        work.doi,
        finding=Finding.DATACITE.value,
        title=work.title,
        year=work.year,
        kind=work.kind,
        publisher=work.publisher,
        naming=work.standing.naming.value,
        left_out=work.standing.left_out,
        language=work.language,
    )


def schedule_lookup(selection: Selection, *, in_seconds: int = 0) -> None:
    """Defer a job that looks up the remaining DOIs; at most one job per selection waits."""
    lock = f"{job_names.LOOK_UP}:{selection.pk}"
    at = clock.now() + timedelta(seconds=in_seconds) if in_seconds else None
    defer(job_names.LOOK_UP, lock=lock, at=at, selection_id=selection.pk)


@transaction.atomic
def request_all(selection: Selection) -> Selection:
    """Request everything that is chosen; DOIs that are not looked up yet follow automatically."""
    requested = selection_services.close(selection_id=selection.pk)
    _request(requested)
    if selection_selectors.to_look_up(requested, 1):
        schedule_lookup(requested)
    return requested


def _request(selection: Selection) -> None:
    """Open claims for the works that can be added and have no claim of this selection yet."""
    chosen = selection.works.filter(finding=Finding.DATACITE.value, is_chosen=True, is_asked=False)
    works = list(chosen.order_by("position", "id"))
    account = account_of(selection.orcid_id)
    if not works or account is None:
        return
    pairs = [(selection.orcid_id, work.doi) for work in works]
    services.unblock_all(pairs=sorted(claims.blocked_among(pairs)))
    existing = claims.claims_among(pairs)
    usable = usable_purposes(account)
    services.request_claims(
        [
            ClaimRequest(
                orcid_id=selection.orcid_id,
                doi=work.doi,
                origin=_origin(account, usable, work, existing.get((selection.orcid_id, work.doi))),
                urgent=len(works) <= INTERACTIVE_MAX,
                by_owner=True,
                actor=selection.orcid_id,
                note="chosen in Find works",
            )
            for work in works
        ]
    )
    selection_services.mark_requested(selection_id=selection.pk, dois=[work.doi for work in works])


def usable_purposes(account: Account) -> frozenset[Purpose]:
    """Return the purposes for which works can be sent to a person's record now."""
    return frozenset(Purpose(consent.purpose) for consent in usable_consents(account.orcid_id))


def origin_of(account: Account, usable: Collection[Purpose], *, is_vouched: bool) -> Origin:
    """Return how a chosen work is sent: by Auto-Update where it vouches for it, or by the person's word.

    ``is_vouched``: the metadata name the person's iD, and no rule of Auto-Update refuses the work.
    """
    has_other = Purpose.SEARCH_AND_LINK in usable and Purpose.AUTO_UPDATE not in usable
    if is_vouched and account.auto_update_since is not None and not has_other:
        return Origin.AUTO_UPDATE
    return Origin.SEARCH_AND_LINK


def _origin(account: Account, usable: Collection[Purpose], work: SelectedWork, claim: Claim | None) -> Origin:
    """Return the origin of the claim; a work that is or may be on the record keeps its own."""
    if claim is not None and (claim.put_code is not None or claim.in_doubt or claim.state == ClaimState.DONE):
        return Origin(claim.origin)
    return origin_of(account, usable, is_vouched=work.naming in BY_ID and not work.left_out)


def look_up(selection_id: int, *, datacite: DataCite | None = None) -> bool:
    """Look up the next DOIs of a selection; return whether there are more.

    Safe to run twice: DOIs that were looked up are not asked again. A problem is stored where the page shows
    it, and the job is scheduled again.
    """
    selection = Selection.objects.filter(pk=selection_id).first()
    account = account_of(selection.orcid_id) if selection else None
    if selection is None or account is None:
        return False
    works = selection_selectors.to_look_up(selection, LOOKUP_BATCH_SIZE)
    paused = datacite_time_budget.remaining_pause()
    if works and paused:
        _pause(selection, problems.DATACITE_BUSY.code, paused)
        return False
    if works:
        try:
            found = list(_lookup_results(account, works, datacite or sync_clients.datacite()))
        except ServiceError as error:
            datacite_time_budget.remember_pause(error)
            _pause(selection, error.entry.code, datacite_time_budget.retry_delay(error))
            return False
        selection_services.record_lookup_results(selection_id=selection.pk, results=found)
    with transaction.atomic():
        selection.refresh_from_db()
        if selection.asked_at is not None:
            _request(selection)
    return len(works) == LOOKUP_BATCH_SIZE


def _pause(selection: Selection, problem: str, seconds: float) -> None:
    next_lookup = clock.now() + timedelta(seconds=seconds)
    with transaction.atomic():
        selection_services.record_lookup_problem(
            selection_id=selection.pk, problem=problem, looks_again_at=next_lookup
        )
        schedule_lookup(selection, in_seconds=max(1, round(seconds)))


def _lookup_results(
    account: Account, works: Sequence[SelectedWork], datacite: DataCite
) -> Iterator[LookupResult]:
    """Return what each DOI is.

    Usually one call; more for DOIs that can be read in several ways or that DataCite does not have.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    records = _fetch_by_doi(datacite, [work.doi for work in works])
    # Other readings are asked about only where the likeliest is no work.
    unclear = [work for work in works if work.doi not in records]
    records |= _fetch_by_doi(datacite, list(dict.fromkeys(doi for work in unclear for doi in work.others)))
    missing = [work for work in unclear if not any(doi in records for doi in work.others)]
    elsewhere = elsewhere_among(datacite, [work.doi for work in missing])
    statuses, _problem = work_statuses(account, list(records.values()))
    # Store what was read, so that pushes need not read it again.
    fill_gaps([SnapshotInput.of(record, sandbox=deployment().sandbox_ids) for record in records.values()])
    for work in works:
        doi = next((form for form in (work.doi, *work.others) if form in records), "")
        if doi:
            status = statuses[doi]
            is_chosen = status.can_be_added and status.on_record is not OnRecord.REMOVED
            yield LookupResult(work.pk, _choice(records[doi], work, status), is_chosen=is_chosen)
        elif work.doi in elsewhere:
            yield _unusable(work, Finding.ELSEWHERE)
        else:
            yield _unusable(work, Finding.UNKNOWN)


def _choice(record: Sighting, work: SelectedWork, status: WorkStatus) -> Choice:
    return Choice(
        record.doi,
        written=work.written,
        is_mended=work.is_mended,
        finding=Finding.DATACITE.value,
        naming=status.naming.value,
        left_out=status.left_out,
        **display_fields(record),
    )


def _unusable(work: SelectedWork, finding: Finding) -> LookupResult:
    choice = Choice(work.doi, written=work.written, is_mended=work.is_mended, finding=finding.value)
    return LookupResult(work.pk, choice, is_chosen=False)


def _fetch_by_doi(datacite: DataCite, dois: Sequence[str]) -> dict[str, Sighting]:
    records: dict[str, Sighting] = {}
    for begin in range(0, len(dois), LOOKUP_BATCH_SIZE):
        records |= _read(blocking.call(datacite.named(dois[begin : begin + LOOKUP_BATCH_SIZE])))
    return records


def _read(page: DoiPage) -> dict[str, Sighting]:
    return {record.doi: record for raw in page.records if (record := readable(raw)) is not None}


def results_of(selection: Selection) -> list[tuple[SelectedWork, Claim | None]]:
    """List the works of a selection, each with its claim."""
    works = list(selection_selectors.works_of(selection))
    claims_by_pair = claims.claims_among([(selection.orcid_id, work.doi) for work in works if work.doi])
    return [(work, claims_by_pair.get((selection.orcid_id, work.doi))) for work in works]

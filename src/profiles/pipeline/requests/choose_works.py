"""A person chooses works and asks for all of them in one go; what they wrote is looked up at DataCite first.

Looking up is a job of its own: hundreds of DOIs, and an outage of DataCite, are no reason to make anybody
wait at a page, or to choose again.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from django.core.cache import cache
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
from profiles.domain.claim import Origin
from profiles.domain.doi_lists.reading import Reading
from profiles.domain.records.search import dois_query
from profiles.domain.records.sighting import Sighting
from profiles.domain.work_status import Finding, Naming
from profiles.infra import clock, job_names
from profiles.infra.queue import defer
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.works.find_works import about, readable
from profiles.pipeline.works.work_status import standings

AT_ONCE: Final = 50
"""DataCite is asked about so many DOIs in one call; they are its progress bar, too."""
FEW: Final = 5
"""Up to so many works are somebody waiting at a screen; more travel together."""
_PREFIX_SECONDS: Final = 24 * 3600


def choose_pasted(account: Account, reading: Reading) -> Selection:
    """Put what was pasted to what the person is choosing, and have it looked up."""
    choices = [
        Choice(mention.doi, mention.others, mention.written, mention.mended) for mention in reading.mentions
    ]
    choices += [Choice("", written=one.written, finding=Finding.UNREADABLE.value) for one in reading.unused]
    return choose(account, choices)


def choose(account: Account, choices: Sequence[Choice], *, let_go: Collection[str] = ()) -> Selection:
    """Add to what the person is choosing; what was not found by a search is looked up by a job."""
    with transaction.atomic():
        selection = selection_services.choose(orcid_id=account.orcid_id, choices=choices, let_go=let_go)
        if any(not choice.finding for choice in choices):
            look_up_soon(selection)
    return selection


def look_up_soon(selection: Selection, *, in_seconds: int = 0) -> None:
    """Have a job look up what is still to be looked up; one for each selection waits at a time."""
    lock = f"{job_names.LOOK_UP}:{selection.pk}"
    at = clock.now() + timedelta(seconds=in_seconds) if in_seconds else None
    defer(job_names.LOOK_UP, lock=lock, at=at, selection_id=selection.pk)


@transaction.atomic
def ask_for_all(selection: Selection) -> Selection:
    """Ask for everything that is chosen; what is still to be looked up follows by itself."""
    asked = selection_services.ask(selection_id=selection.pk)
    _request(asked)
    if selection_selectors.to_look_up(asked, 1):
        look_up_soon(asked)
    return asked


def _request(selection: Selection) -> None:
    """Open claims for the works that can be added and have none of this selection yet."""
    ready = selection.works.filter(finding=Finding.DATACITE.value, is_chosen=True, is_asked=False)
    dois = list(ready.order_by("position", "id").values_list("doi", flat=True))
    if not dois:
        return
    orcid_id = selection.orcid_id
    for _orcid_id, doi in sorted(claims.blocked_among([(orcid_id, doi) for doi in dois])):
        services.unblock(orcid_id=orcid_id, doi=doi)
    services.request_claims(
        [
            ClaimRequest(
                orcid_id=orcid_id,
                doi=doi,
                origin=Origin.SEARCH_AND_LINK,
                urgent=len(dois) <= FEW,
                by_owner=True,
                actor=orcid_id,
                note="chosen in Find works",
            )
            for doi in dois
        ]
    )
    selection_services.note_asked(selection_id=selection.pk, dois=dois)


def look_up(selection_id: int, *, datacite: DataCite | None = None) -> bool:
    """Look up the next DOIs of a selection; say whether there are more.

    Runs twice without harm: what was looked up is not asked again. Trouble is noted where the page shows it,
    and the job comes back by itself.
    """
    selection = Selection.objects.filter(pk=selection_id).first()
    account = account_of(selection.orcid_id) if selection else None
    if selection is None or account is None:
        return False
    works = selection_selectors.to_look_up(selection, AT_ONCE)
    paused = datacite_time_budget.remaining_pause()
    if works and paused:
        _pause(selection, problems.DATACITE_BUSY.code, paused)
        return False
    if works:
        try:
            found = list(_found(account, works, datacite or sync_clients.datacite()))
        except ServiceError as error:
            datacite_time_budget.remember_pause(error)
            _pause(selection, error.entry.code, datacite_time_budget.retry_delay(error))
            return False
        selection_services.note_found(selection_id=selection.pk, found=found)
    with transaction.atomic():
        selection.refresh_from_db()
        if selection.asked_at is not None:
            _request(selection)
    return len(works) == AT_ONCE


def _pause(selection: Selection, problem: str, seconds: float) -> None:
    again = clock.now() + timedelta(seconds=seconds)
    with transaction.atomic():
        selection_services.note_trouble(selection_id=selection.pk, problem=problem, looks_again_at=again)
        look_up_soon(selection, in_seconds=max(1, round(seconds)))


def _found(account: Account, works: Sequence[SelectedWork], datacite: DataCite) -> Iterator[LookupResult]:
    """Say what each DOI is. Three questions at most, but for prefixes that nobody asked about lately.

    Raises:
        ServiceError: DataCite could not be asked.
    """
    forms = list(dict.fromkeys(doi for work in works for doi in (work.doi, *work.others)))
    known = _by_name(datacite, forms)
    missing = [work for work in works if not any(doi in known for doi in (work.doi, *work.others))]
    foreign = _of_others(datacite, [work.doi for work in missing]) if missing else set()
    standing, _problem = standings(account, list(known.values()))
    # What was read here is not read once more for each push.
    fill_gaps([SnapshotInput.of(record, sandbox=deployment().sandbox_ids) for record in known.values()])
    for work in works:
        doi = next((form for form in (work.doi, *work.others) if form in known), "")
        if doi:
            naming = standing[doi].naming
            yield LookupResult(work.pk, _choice(known[doi], work, naming))
        elif work.doi in foreign or not _is_datacites(datacite, work.doi.partition("/")[0]):
            yield _refused(work, Finding.ELSEWHERE)
        else:
            yield _refused(work, Finding.UNKNOWN)


def _choice(record: Sighting, work: SelectedWork, naming: Naming) -> Choice:
    return Choice(
        record.doi,
        written=work.written,
        is_mended=work.is_mended,
        finding=Finding.DATACITE.value,
        naming=naming.value,
        **about(record),
    )


def _refused(work: SelectedWork, finding: Finding) -> LookupResult:
    choice = Choice(work.doi, written=work.written, is_mended=work.is_mended, finding=finding.value)
    return LookupResult(work.pk, choice, is_chosen=False)


def _by_name(datacite: DataCite, dois: Sequence[str]) -> dict[str, Sighting]:
    found: dict[str, Sighting] = {}
    for begin in range(0, len(dois), AT_ONCE):
        found |= _read(blocking.call(datacite.named(dois[begin : begin + AT_ONCE])))
    return found


def _of_others(datacite: DataCite, dois: Sequence[str]) -> set[str]:
    """Return those of the DOIs that DataCite knows from other registration agencies."""
    return set(
        _records(datacite, query=dois_query(dois), size=len(dois), include_other_registration_agencies="true")
    )


def _records(datacite: DataCite, *, size: int, **asked: Any) -> dict[str, Sighting]:
    return _read(blocking.call(datacite.search(size=size, **asked)))


def _read(page: DoiPage) -> dict[str, Sighting]:
    return {record.doi: record for raw in page.records if (record := readable(raw)) is not None}


def _is_datacites(datacite: DataCite, prefix: str) -> bool:
    """Say whether DataCite shows any DOI with this prefix; asked about once a day."""
    key = f"doi-prefix:{prefix}"
    known: bool | None = cache.get(key)
    if known is None:
        page = blocking.call(datacite.search(prefix=prefix, size=1))
        known = bool(page.records)
        cache.set(key, known, _PREFIX_SECONDS)
    return known


def results_of(selection: Selection) -> list[tuple[SelectedWork, Claim | None]]:
    """List the works of a selection with what came of each."""
    works = list(selection_selectors.works_of(selection))
    known = claims.claims_among([(selection.orcid_id, work.doi) for work in works if work.doi])
    return [(work, known.get((selection.orcid_id, work.doi))) for work in works]

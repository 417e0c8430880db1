"""Compare a person's ORCID record with our claims, and repair only what is not against the person's will."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import transaction

from profiles.claims import services as claims
from profiles.claims.models import Claim
from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.clients.errors import RecordMovedError, ServiceError
from profiles.clients.orcid_works import OrcidWorks, WorkSummary
from profiles.consents import selectors as consents
from profiles.consents.services import record_compared
from profiles.domain import problems
from profiles.domain.claim import PUSHABLE, ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.domain.consent import PURPOSE_OF
from profiles.domain.push.plan import AS_ON_RECORD
from profiles.infra import clock, wiring
from profiles.infra.each import for_each
from profiles.infra.vault import VaultError
from profiles.intake import services
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake import hidden_dois
from profiles.pipeline.works.own_record import our_clients, read_works, usable_consents

log = structlog.get_logger("profiles.intake")

RECONCILE_INTERVAL: Final = timedelta(days=7)
_MAX_PER_RUN: Final = 200
_NOT_ADDED: Final = frozenset({ClaimState.FAILED, ClaimState.IGNORED, ClaimState.NOTIFIED})
_VANISHABLE: Final = frozenset({ClaimState.DONE, ClaimState.FAILED})
"""A waiting claim is left to its worker, which knows whether the person has requested it since."""


@dataclass(slots=True)
class Drift:
    """The differences between a record and our claims; each list holds DOIs."""

    adopted: list[str] = field(default_factory=list)
    """The work is on the record, and we did not know its put-code."""
    removed: list[str] = field(default_factory=list)
    """The person removed it in ORCID: remembered, and not added again automatically."""
    doubled: list[str] = field(default_factory=list)
    """Our client added it more than once; only shown, the person decides which entry stays."""
    private: list[str] = field(default_factory=list)
    """The person made it private: that is their decision, so only shown."""
    elsewhere: list[str] = field(default_factory=list)
    """Another source added the same DOI."""
    foreign: list[str] = field(default_factory=list)
    """Another source added it, and we did not: the person need not wonder that it is there."""
    hidden: list[str] = field(default_factory=list)
    """DataCite no longer shows the DOI: the rules decide, and may offer its removal."""
    problem: str = ""
    """Why the record could not be read with each permission, as a code of the catalogue."""

    def as_report(self) -> dict[str, list[str]]:
        """Return the lists that are not empty."""
        named = {name: getattr(self, name) for name in self.__slots__ if name != "problem"}
        return {name: dois for name, dois in named.items() if dois}


def reconcile(
    orcid_id: str,
    *,
    works: OrcidWorks | None = None,
    datacite: DataCite | None = None,
    dry_run: bool = False,
    seconds: float | None = None,
) -> Drift:
    """Read a person's record with their permissions, store the differences, and repair what is safe.

    When the person waits at a page, each call takes at most ``seconds``.

    Two repairs are safe: learning a put-code, and respecting a removal. Works are searched for only with the
    permission of the client that added them, because only that client sees them when they are private.
    """
    drift, kept_orcid_id = Drift(), ""
    own_clients: set[str] = set()
    expected: Sequence[Claim] = ()
    shown: list[WorkSummary] = []
    for consent in usable_consents(orcid_id):
        # Read the claims before the record: what arrives in between is then not missing from it.
        expected = _expected_claims(orcid_id)
        try:
            works_on_record = read_works(consent, works or sync_clients.orcid_works(), seconds=seconds)
        except ServiceError as error:
            drift.problem = error.entry.code
            if isinstance(error, RecordMovedError):
                kept_orcid_id = error.primary or ""
            continue
        except VaultError:
            log.exception("reconcile.sealed_token")
            continue
        own_clients.add(consent.client_id)
        shown += works_on_record
        _compare(expected, consent.client_id, works_on_record, drift, dry_run=dry_run)
    if own_clients:
        _compare_what_we_did_not_add(expected, shown, own_clients, drift, dry_run=dry_run)
        client = datacite or sync_clients.datacite()
        _find_hidden(orcid_id, client, drift, dry_run=dry_run, seconds=seconds)
    if not dry_run:
        _save(orcid_id, drift, kept_orcid_id)
    log.info(
        "reconcile.done", problem=drift.problem, **{name: len(d) for name, d in drift.as_report().items()}
    )
    return drift


def _expected_claims(orcid_id: str) -> list[Claim]:
    wanted = Claim.objects.filter(orcid_id=orcid_id, action=ClaimAction.CREATE)
    # A claim that may be under way is left to its worker.
    return list(wanted.exclude(in_doubt=True, state__in=PUSHABLE).order_by("doi"))


def _compare(
    expected: Sequence[Claim],
    client_id: str,
    works_on_record: Sequence[WorkSummary],
    drift: Drift,
    *,
    dry_run: bool,
) -> None:
    ours_by_doi = _by_doi(summary for summary in works_on_record if summary.client_id == client_id)
    others_by_doi = _by_doi(summary for summary in works_on_record if summary.client_id != client_id)
    put_codes = {summary.put_code: summary for summary in works_on_record}
    for claim in expected:
        own_entries = ours_by_doi.get(claim.doi, [])
        if claim.put_code is not None and claim.owner_client == client_id:
            if claim.put_code not in put_codes:
                _replaced_or_removed(claim, own_entries, client_id, drift, dry_run=dry_run)
            elif (entry := put_codes[claim.put_code]).client_id != client_id:
                # A service before ours does not know which of its clients added a work.
                _adopt(claim, entry, entry.client_id, drift, dry_run=dry_run)
        elif claim.put_code is None and own_entries and claim.removed_by_owner_at is None:
            _adopt(claim, own_entries[0], client_id, drift, dry_run=dry_run)
        if len(own_entries) > 1:
            drift.doubled.append(claim.doi)
        if any(summary.visibility == "private" for summary in own_entries):
            drift.private.append(claim.doi)
        if own_entries and claim.doi in others_by_doi and claim.doi not in drift.elsewhere:
            drift.elsewhere.append(claim.doi)


def _compare_what_we_did_not_add(
    expected: Sequence[Claim],
    shown: Sequence[WorkSummary],
    read_as: Collection[str],
    drift: Drift,
    *,
    dry_run: bool,
) -> None:
    """Find works on the record that we do not know to be there, with whatever permission shows them.

    A permission that is lost shows nothing any more; the others still show the public works of its client.
    """
    own_clients = our_clients()
    by_doi = _by_doi(shown)
    for claim in expected:
        if claim.put_code is not None or claim.removed_by_owner_at is not None or claim.doi in drift.adopted:
            continue
        entries = by_doi.get(claim.doi, [])
        ours = [e for e in entries if e.client_id in own_clients and e.client_id not in read_as]
        if ours:
            _adopt(claim, ours[0], ours[0].client_id, drift, dry_run=dry_run)
        elif _was_moved_in(claim) and not claim.owner_version:
            _compare_what_moved_in(claim, entries, read_as, drift, dry_run=dry_run)
        elif claim.state in _NOT_ADDED and any(e.client_id not in own_clients for e in entries):
            drift.foreign.append(claim.doi)


def _by_doi(summaries: Iterable[WorkSummary]) -> dict[str, list[WorkSummary]]:
    by_doi: dict[str, list[WorkSummary]] = {}
    for summary in summaries:
        for doi in summary.dois:
            by_doi.setdefault(doi, []).append(summary)
    return by_doi


def _replaced_or_removed(
    claim: Claim, own_entries: Sequence[WorkSummary], client_id: str, drift: Drift, *, dry_run: bool
) -> None:
    """Handle a put-code that is gone: the work has a new one, or the person removed it."""
    if own_entries:
        _adopt(claim, own_entries[0], client_id, drift, dry_run=dry_run)
        return
    if claim.removal_begun or claim.owner_version:
        # We may have removed it ourselves, or its owner has requested it since.
        return
    _removed(claim, drift, dry_run=dry_run)


def _was_moved_in(claim: Claim) -> bool:
    """Tell whether a service before ours put the work on the record."""
    return bytes(claim.sent_inputs or b"") == AS_ON_RECORD


def _compare_what_moved_in(
    claim: Claim, entries: Sequence[WorkSummary], read_as: Collection[str], drift: Drift, *, dry_run: bool
) -> None:
    """Find a work whose put-code the service before ours did not keep; what is not there, was removed.

    That service may have added it with a client that we do not have.
    """
    own_client = wiring.orcid_client(PURPOSE_OF[Origin(claim.origin)]).client_id
    by_client = [entry for entry in entries if entry.client_id]
    if by_client:
        _adopt(claim, by_client[0], by_client[0].client_id, drift, dry_run=dry_run)
    elif not entries and own_client in read_as:
        _removed(claim, drift, dry_run=dry_run)


def _removed(claim: Claim, drift: Drift, *, dry_run: bool) -> None:
    drift.removed.append(claim.doi)
    if not dry_run and claim.state in _VANISHABLE:
        with transaction.atomic():
            if not _has_changed(claim):
                claims.move(
                    claim_id=claim.pk,
                    event=ClaimEvent.VANISH,
                    problem=problems.REMOVED_BY_OWNER.code,
                    actor="reconcile",
                    note="not on the record any more",
                )


def _adopt(claim: Claim, entry: WorkSummary, client_id: str, drift: Drift, *, dry_run: bool) -> None:
    drift.adopted.append(claim.doi)
    if dry_run:
        return
    with transaction.atomic():
        if not _has_changed(claim):
            claims.adopt_put_code(
                claim_id=claim.pk, put_code=entry.put_code, owner_client=client_id, note="found on the record"
            )


def _has_changed(claim: Claim) -> bool:
    """Tell whether a claim changed since before the record was read: then the reading is out of date."""
    current = Claim.objects.select_for_update().filter(pk=claim.pk).first()
    return current is None or _version(current) != _version(claim)


def _version(claim: Claim) -> tuple[Any, ...]:
    return claim.request_version, claim.state, claim.put_code, claim.owner_client, claim.generation


def _find_hidden(
    orcid_id: str, datacite: DataCite, drift: Drift, *, dry_run: bool, seconds: float | None
) -> None:
    """Find works on the record whose DOIs DataCite no longer shows."""
    on_record = Claim.objects.filter(orcid_id=orcid_id, action=ClaimAction.CREATE, put_code__isnull=False)
    dois = list(on_record.order_by("doi").values_list("doi", flat=True))
    expected = hidden_dois.expected_among(dois)
    try:
        if seconds is None:
            visible = blocking.call(hidden_dois.visible_among(datacite, expected))
        else:
            visible = datacite_time_budget.ask(
                lambda: hidden_dois.visible_among(datacite, expected), seconds=seconds
            )
    except ServiceError as error:
        log.warning("reconcile.datacite", problem=error.entry.code)
        return
    drift.hidden += [doi for doi in expected if doi not in visible]
    if not dry_run:
        hidden_dois.announce_hidden(drift.hidden)


def reconcile_due(*, limit: int = _MAX_PER_RUN) -> int:
    """Compare the records that were not read for a week, at most ``limit`` of them; return their number.

    Records that were never read, or not for the longest time, come first: so each person gets a turn.
    """
    due = consents.compared_before(clock.now() - RECONCILE_INTERVAL, limit=limit)
    return for_each(due, _reconcile_one, job="reconcile")


def _reconcile_one(orcid_id: str) -> bool:
    try:
        reconcile(orcid_id)
    except Exception:
        # Note the failure, so that this record comes again after the others, not before them.
        _save(orcid_id, Drift(problem=problems.OUR_MISTAKE.code))
        raise
    return True


@transaction.atomic
def _save(orcid_id: str, drift: Drift, kept_orcid_id: str = "") -> None:
    services.save_reconciliation(
        orcid_id=orcid_id, problem=drift.problem, report=drift.as_report(), kept_orcid_id=kept_orcid_id
    )
    record_compared(orcid_id=orcid_id)

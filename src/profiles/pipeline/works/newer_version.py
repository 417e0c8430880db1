"""Compare a work on the record with what DataCite says now, and say why the newer one is not sent."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
import structlog
from django.conf import settings

from profiles.accounts.selectors import account_of
from profiles.claims.models import Claim
from profiles.clients.errors import ServiceError
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.mapping.contributors import depends_on_owner
from profiles.domain.mapping.orcid_work import OrcidWork
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record
from profiles.infra.vault import VaultError
from profiles.intake import selectors as intake
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.push.content import Content, content_of
from profiles.pipeline.works.own_record import read_work, usable_consents

log = structlog.get_logger(__name__)
_ORCID_SECONDS: Final = 2.0
ON_ITS_WAY: Final = "on-its-way"
_MOVING: Final = frozenset({ClaimState.WAITING, ClaimState.WORKING})
_read_work: Final = msgspec.json.Decoder(OrcidWork).decode


@dataclass(frozen=True, slots=True)
class Version:
    """The parts of a work by which people see that it changed."""

    title: str
    date: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A work as ORCID has it and as DataCite says it; both None where nothing differs.

    ``reason`` is why the newer one was not sent: the code of a problem or of a rule's reason, ``ON_ITS_WAY``,
    or empty where nothing has decided about it yet. ``is_unknown``: one of the two could not be read.
    """

    on_record: Version | None = None
    datacite: Version | None = None
    reason: str = ""
    is_unknown: bool = False


def compare(claim: Claim) -> Comparison:
    """Compare a work on the record with DataCite's metadata. ORCID is asked only where they may differ."""
    if claim.put_code is None or claim.action == ClaimAction.DELETE or claim.state == ClaimState.DELETED:
        return Comparison()
    content = _content(claim)
    if content is None:
        return Comparison(is_unknown=True)
    if content.refusal is not None or (not claim.in_doubt and content.digest == _bytes(claim.sent_digest)):
        return Comparison()
    stored = _read_on_record(claim)
    if stored is None:
        return Comparison(is_unknown=True)
    on_record, datacite = _version(stored), _version(content.work)
    if on_record == datacite:
        return Comparison()
    return Comparison(on_record, datacite, _reason(claim))


def _bytes(digest: Any) -> bytes | None:
    return bytes(digest) if digest is not None else None


def _content(claim: Claim) -> Content | None:
    """Map what DataCite shows now, or what was last read while DataCite does not answer."""
    raw: bytes | None
    try:
        raw = datacite_time_budget.ask(
            lambda: sync_clients.datacite().doi(claim.doi), seconds=datacite_time_budget.PAGE_SECONDS
        )
    except ServiceError:
        raw = intake.snapshots([claim.doi]).get(claim.doi)
    if raw is None:
        return None
    try:
        record = read_doi_record(raw)
    except BrokenRecordError:
        return None
    owner = claim.orcid_id if depends_on_owner(record) else None
    # As the worker maps it: otherwise a work would look changed that is as it was sent.
    return content_of(record, owner=owner, sandbox="sandbox.orcid.org" in settings.ENVIRONMENT.ORCID_URL)


def _read_on_record(claim: Claim) -> bytes | None:
    """Read the work with the permission of its own client, or with another that shows it."""
    assert claim.put_code is not None
    consents = sorted(
        usable_consents(claim.orcid_id), key=lambda consent: consent.client_id != claim.owner_client
    )
    for consent in consents:
        try:
            return read_work(consent, sync_clients.orcid_works(), claim.put_code, seconds=_ORCID_SECONDS)
        except ServiceError as error:
            log.info("newer_version.not_read", claim_id=claim.pk, problem=error.entry.code)
        except VaultError:
            log.exception("newer_version.sealed_token")
    return None


def _version(work: bytes) -> Version:
    read = _read_work(work)
    date = read.publication_date
    parts = [part.value for part in (date.year, date.month, date.day) if part] if date else []
    return Version(read.title.title.value, "-".join(parts))


def _reason(claim: Claim) -> str:
    """Return why the newer version was not sent."""
    if claim.state in _MOVING:
        return ON_ITS_WAY
    if claim.problem:
        return claim.problem
    decision = intake.decision_of(claim.orcid_id, claim.doi)
    if decision is not None and decision.result == "skip" and claim.sent_at and decision.at > claim.sent_at:
        return decision.reason
    owner = account_of(claim.orcid_id)
    return "switched-off" if owner is not None and owner.auto_update_since is None else ""

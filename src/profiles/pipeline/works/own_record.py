"""Read a person's ORCID record with their own permission."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from django.core.cache import cache

from profiles.clients import blocking
from profiles.clients.errors import ServiceError, TokenRejectedError
from profiles.clients.orcid_works import OrcidWorks, WorkSummary
from profiles.consents import services
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.consents.selectors import is_usable
from profiles.domain.consent import USABLE, Purpose
from profiles.domain.problems import VAULT_CLOSED
from profiles.domain.work_status import Entry
from profiles.infra import wiring
from profiles.infra.vault import VaultError
from profiles.infra.web import page_calls
from profiles.pipeline import sync_clients

log = structlog.get_logger(__name__)
Held = Mapping[Purpose, Consent]
FRESH_SECONDS: Final = 300
"""A record is read once for all pages of a search; our claims know what we add meanwhile."""
PAGE_WAIT_SECONDS: Final = 4.0
_PROBLEM_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """The DOIs on a record with their sources; ``entries`` is None when it was not or may not be read."""

    entries: Mapping[str, Sequence[Entry]] | None
    problem: str = ""


def usable_consents(orcid_id: str) -> list[Consent]:
    """Return the permissions with which a record may be read."""
    usable = [health.value for health in USABLE]
    rows = Consent.objects.filter(orcid_id=orcid_id, health__in=usable, access_token__isnull=False)
    return list(rows.order_by("purpose"))


def _usable_among(held: Held) -> list[Consent]:
    return [held[purpose] for purpose in sorted(held) if is_usable(held[purpose])]


def our_clients() -> frozenset[str]:
    """Return DataCite's own clients at ORCID."""
    return frozenset(wiring.orcid_client(purpose).client_id for purpose in Purpose)


def read_works(consent: Consent, works: OrcidWorks, *, seconds: float | None = None) -> Sequence[WorkSummary]:
    """List the works on the record, as far as this permission shows them.

    With ``seconds``, a person waits at a page: the call goes before those that no person waits for.

    Raises:
        ServiceError: the record could not be read, or not within ``seconds``.
        VaultError: the token was sealed with a key that is gone.
    """
    token = _token_of(consent)

    async def reading() -> Sequence[WorkSummary]:
        return await sync_clients.call_at_shared_pace(
            consent.client_id,
            lambda: works.read_all(consent.orcid_id, token),
            urgent=seconds is not None,
        )

    try:
        if seconds is None:
            return blocking.call(reading())
        return page_calls.gateway().call("orcid-api", reading, seconds=seconds)
    except TokenRejectedError:
        services.doubt(orcid_id=consent.orcid_id, purpose=Purpose(consent.purpose))
        raise


def read_work(consent: Consent, works: OrcidWorks, put_code: int, *, seconds: float | None = None) -> bytes:
    """Read one whole work. With ``seconds``, a person waits at a page.

    Raises:
        ServiceError: it could not be read, or not within ``seconds``.
        VaultError: the token was sealed with a key that is gone.
    """
    token = _token_of(consent)

    async def reading() -> bytes:
        return await sync_clients.call_at_shared_pace(
            consent.client_id,
            lambda: works.read(consent.orcid_id, token, put_code),
            urgent=seconds is not None,
        )

    try:
        if seconds is None:
            return blocking.call(reading())
        return page_calls.gateway().call("orcid-api", reading, seconds=seconds)
    except TokenRejectedError:
        services.doubt(orcid_id=consent.orcid_id, purpose=Purpose(consent.purpose))
        raise


def _token_of(consent: Consent) -> str:
    assert consent.access_token is not None
    purpose = seal_purpose(consent.orcid_id, consent.purpose)
    return wiring.vault().unseal(bytes(consent.access_token), purpose=purpose)


def record_as_last_read(orcid_id: str) -> OwnRecord:
    """Return what was read in the last minutes, without asking ORCID."""
    return _record_of(cache.get(f"own-record:{orcid_id}"))


def _record_of(cached: Mapping[str, Sequence[tuple[str, str]]] | None) -> OwnRecord:
    if cached is None:
        return OwnRecord(None)
    return OwnRecord({doi: [Entry(*entry) for entry in entries] for doi, entries in cached.items()})


def read_record(orcid_id: str, works: OrcidWorks, *, held: Held | None = None) -> OwnRecord:
    """Read a person's record, or return the recent reading. A problem is returned, not raised.

    ``held`` are all permissions of the person, where they were read already.

    What any of the person's permissions shows counts: each shows the private works of its own client.
    After a problem ORCID is not asked again for a while: pages can show works without it.
    """
    cached = cache.get_many([f"own-record:{orcid_id}", f"own-record-problem:{orcid_id}"])
    record = _record_of(cached.get(f"own-record:{orcid_id}"))
    if record.entries is not None:
        return record
    problem: str = cached.get(f"own-record-problem:{orcid_id}", "")
    if problem:
        return OwnRecord(None, problem)
    shown: dict[int, WorkSummary] = {}
    has_read = False
    ends = time.monotonic() + PAGE_WAIT_SECONDS
    for consent in usable_consents(orcid_id) if held is None else _usable_among(held):
        try:
            works_on_record = read_works(consent, works, seconds=max(ends - time.monotonic(), 0.1))
        except ServiceError as error:
            problem = error.entry.code
        except VaultError:
            log.exception("own_record.sealed_token")
            problem = VAULT_CLOSED.code
        else:
            has_read = True
            shown.update({summary.put_code: summary for summary in works_on_record})
    if has_read:
        return _keep(orcid_id, shown.values())
    if problem:
        cache.set(f"own-record-problem:{orcid_id}", problem, _PROBLEM_SECONDS)
    return OwnRecord(None, problem)


def _keep(orcid_id: str, summaries: Iterable[WorkSummary]) -> OwnRecord:
    """Cache what a record shows, by DOI, and return it."""
    entries: dict[str, list[tuple[str, str]]] = {}
    for summary in summaries:
        for doi in summary.dois:
            entries.setdefault(doi, []).append((summary.client_id, summary.source))
    cache.set(f"own-record:{orcid_id}", entries, FRESH_SECONDS)
    return OwnRecord({doi: [Entry(*entry) for entry in of_doi] for doi, of_doi in entries.items()})


def forget_record(orcid_id: str) -> None:
    """Have the record read again at the next request."""
    cache.delete_many([f"own-record:{orcid_id}", f"own-record-problem:{orcid_id}"])

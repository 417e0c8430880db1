"""Compare every ORCID record with a restored database, before anything is sent from it.

The database has forgotten what happened after the backup: works that were added or updated, and works that
their owners removed. The records still show it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.db import connections
from django.db.models import OuterRef, Q, Subquery

from profiles.claims import stopping
from profiles.clients.errors import ServiceError, WorkGoneError
from profiles.clients.orcid_works import OrcidWorks
from profiles.consents.models import Consent
from profiles.domain.consent import USABLE
from profiles.domain.mapping.orcid_work import as_sent, content_digest
from profiles.domain.problem import Retry
from profiles.domain.problems import CATALOGUE, TOKEN_REFUSED
from profiles.infra.vault import VaultError
from profiles.intake.models import Reconciliation
from profiles.pipeline import sync_clients
from profiles.pipeline.works.own_record import read_work, usable_consents
from profiles.pipeline.works.reconcile import reconcile

log = structlog.get_logger(__name__)
_AWAY: Final = sorted(
    problem.code
    for problem in CATALOGUE.values()
    if problem.retry in {Retry.NETWORK, Retry.SOON} and problem is not TOKEN_REFUSED
)
"""With these problems a record can be read later. With the others it can be neither read nor written."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many records were compared, and how many could not be read."""

    compared: int
    unread: int


def records_to_compare(since: datetime) -> list[str]:
    """Return the iDs whose records may be written and were not read since this moment."""
    usable = [health.value for health in USABLE]
    of_person = Reconciliation.objects.filter(orcid_id=OuterRef("orcid_id"))
    people = Consent.objects.filter(health__in=usable, access_token__isnull=False).annotate(
        read_at=Subquery(of_person.values("at")), problem=Subquery(of_person.values("problem"))
    )
    waiting = people.filter(Q(read_at=None) | Q(read_at__lt=since) | Q(problem__in=_AWAY))
    return list(waiting.order_by("orcid_id").values_list("orcid_id", flat=True).distinct())


def compare(
    orcid_ids: Sequence[str], *, at_once: int, progress: Callable[[int], None] = lambda _done: None
) -> Comparison:
    """Compare these records with our claims, so many at once. Safe to run twice.

    Works that we added are adopted, works that their owners removed count as removed by them, and of updates
    on their way the content on the record is noted: what is there already is not sent again.
    """
    unread = 0
    with ThreadPoolExecutor(at_once) as threads:
        for done, is_read in enumerate(threads.map(_compare_in_thread, orcid_ids), start=1):
            unread += not is_read
            progress(done)
    return Comparison(len(orcid_ids) - unread, unread)


def _compare_in_thread(orcid_id: str) -> bool:
    try:
        return _compare(orcid_id)
    except Exception:
        # One broken record must not keep the others from being compared.
        log.exception("after_restore.failed")
        return False
    finally:
        connections.close_all()


def _compare(orcid_id: str) -> bool:
    reconcile(orcid_id)
    if Reconciliation.objects.filter(orcid_id=orcid_id, problem__in=_AWAY).exists():
        return False
    works = sync_clients.orcid_works()
    updates = stopping.updates_on_their_way(orcid_id)
    for consent in usable_consents(orcid_id) if updates else ():
        for claim in updates:
            if claim.owner_client == consent.client_id and claim.put_code is not None:
                _note_content(consent, works, claim.pk, claim.put_code)
    return True


def _note_content(consent: Consent, works: OrcidWorks, claim_id: int, put_code: int) -> None:
    try:
        digest = content_digest(as_sent(read_work(consent, works, put_code)))
    except WorkGoneError:
        # A waiting claim is left alone by the usual comparison, as its owner may have asked for it since.
        stopping.note_removal(claim_id=claim_id)
        return
    except (ServiceError, VaultError, ValueError) as error:
        # The update is then sent as it is: the work has a put-code, so it can be there only once.
        log.warning("after_restore.unread_work", claim_id=claim_id, error=type(error).__name__)
        return
    stopping.note_content(claim_id=claim_id, digest=digest)

"""Permissions, DOIs and workers for tests of the push."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import F
from django.test import override_settings

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.jobs.lane_worker import LaneWorker
from profiles.jobs.worker import make_pusher
from tests.support.claims import waiting_claim
from tests.support.workers import wait_until

ALICE = "0009-0001-0000-0014"
BOB = "0009-0001-0000-0022"


def permitted(
    orcid, orcid_id=ALICE, *, purposes=tuple(Purpose), scopes=SCOPES, long_ago=True
) -> dict[Purpose, str]:
    """Let the person give permission at ORCID, and keep it as the pages do; return the tokens."""
    Account.objects.get_or_create(orcid_id=orcid_id, defaults={"auto_update_since": clock.now()})
    tokens = {}
    for purpose in purposes:
        client = wiring.orcid_client(purpose).client_id
        given = orcid.order("tokens", {"client_id": client, "orcid": orcid_id, "scopes": list(scopes)})
        tokens[purpose] = given["access_token"]
        Consent.objects.update_or_create(
            orcid_id=orcid_id,
            purpose=purpose.value,
            defaults={
                "client_id": client,
                "scopes": list(scopes),
                "access_token": wiring.vault().seal(
                    given["access_token"], purpose=seal_purpose(orcid_id, purpose.value)
                ),
                "granted_at": clock.now() - timedelta(hours=1 if long_ago else 0),
            },
        )
    return tokens


def registered(datacite, doi, *, title="Ice cores", names=(ALICE,), **attributes) -> None:
    """Register a DOI with DataCite's stand-in, or change it."""
    creators = [
        {
            "name": "Alvarado, Alice",
            "nameType": "Personal",
            "givenName": "Alice",
            "familyName": "Alvarado",
            "nameIdentifiers": [
                {"nameIdentifier": f"https://orcid.org/{orcid_id}", "nameIdentifierScheme": "ORCID"}
            ],
        }
        for orcid_id in names
    ] or [{"name": "Nobody"}]
    content = {
        "doi": doi,
        "event": "publish",
        "titles": [{"title": title}],
        "creators": creators,
        "publisher": "Example Repository",
        "publicationYear": 2026,
        "types": {"resourceTypeGeneral": "Dataset"},
        "url": "https://example.org/data",
        **attributes,
    }
    body = json.dumps({"data": {"type": "dois", "attributes": content}}).encode()
    request = urllib.request.Request(
        f"{datacite.url}/dois/{doi}", body, {"Content-Type": "application/vnd.api+json"}, method="PUT"
    )
    urllib.request.urlopen(request, timeout=10).close()


def bulk(datacite, count: int, **changes) -> list[Claim]:
    """Register so many DOIs, and ask for all of them on Alice's record: they travel in one call."""
    dois = [f"10.5072/bulk-{number}" for number in range(count)]
    for number, doi in enumerate(dois):
        registered(datacite, doi, title=f"Core {number}")
    return [waiting_claim(ALICE, doi, **changes) for doi in dois]


def works_of(orcid, orcid_id=ALICE) -> list[dict]:
    """Read the public list of works of a record, as anybody may."""
    token = orcid.order(
        "tokens", {"client_id": wiring.orcid_client(Purpose.AUTO_UPDATE).client_id, "orcid": orcid_id}
    )
    request = urllib.request.Request(
        f"{orcid.url}/v3.0/{orcid_id}/works",
        headers={"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        groups = json.load(answer)["group"]
    return [summary for group in groups for summary in group["work-summary"]]


def run_lanes(*, workers=1, seconds=20.0) -> None:
    """Let real workers work until nothing is due any more."""
    connections.close_all()
    # In a thread of its own: a browser's driver may keep an event loop in this one.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(_run_lanes(workers, seconds))).result()


@contextmanager
def while_orcid_holds_a_call(orcid, *, after: bool = False, workers: int = 1, **match: Any) -> Iterator[None]:
    """Run workers until ORCID holds a call of theirs; let it go at the end, and them work until all is done.

    ``after``: ORCID has done what was asked, and holds back the answer.
    """
    orcid.fail_next(**match, hold=not after, hold_after=after)
    connections.close_all()
    # Whatever the test does meanwhile, the call is not given up.
    patient = settings.ENVIRONMENT.model_copy(update={"PROFILES_CALL_SECONDS": 60.0})
    with override_settings(ENVIRONMENT=patient), ThreadPoolExecutor(1) as threads:
        work = threads.submit(run_lanes, workers=workers, seconds=60)
        wait_until(lambda: orcid.held() == 1, seconds=20)
        try:
            yield
        finally:
            orcid.release()
        work.result()


async def _run_lanes(count: int, seconds: float) -> None:
    async with make_pusher() as pusher, asyncio.TaskGroup() as group:
        workers = [LaneWorker(pusher, slots=8) for _ in range(count)]
        for worker in workers:
            group.create_task(worker.run())
        ends = time.monotonic() + seconds
        while await asyncio.to_thread(_something_due) and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for worker in workers:
            worker.stop()


def _something_due() -> bool:
    try:
        soon = clock.now() + timedelta(seconds=2)
        return Claim.objects.filter(state__in=["waiting", "working"], due_at__lte=soon).exists()
    finally:
        connections.close_all()


def make_due(claim: Claim) -> None:
    """Let the time come at which the claim goes on."""
    past = clock.now() - timedelta(seconds=1)
    Claim.objects.filter(pk=claim.pk).update(due_at=past)
    Lane.objects.filter(orcid_id=claim.orcid_id).update(due_at=past)


def let_the_longest_call_pass(claim: Claim) -> None:
    """Let the time pass within which a call from before the last request may take effect."""
    Claim.objects.filter(pk=claim.pk).update(requested_at=F("requested_at") - timedelta(minutes=5))
    make_due(claim)


def settle(claim: Claim) -> Claim:
    """Read the claim anew."""
    claim.refresh_from_db()
    return claim


assert settings.ENVIRONMENT.PROFILES_MODE == "test"

"""A disturbance at ORCID concerns everybody at once: what is recorded of it must not read all permissions."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from profiles.consents import worker_queries
from profiles.consents.models import Consent
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.infra.postgres import async_connections

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50_000
CONSENTS = f"""
INSERT INTO consents_consent (orcid_id, purpose, client_id, scopes, access_token, health, granted_at,
    last_used_at, first_refused_at, wording, updated_at)
SELECT '0009-0000-' || n, 'auto_update', 'APP-1', '{{}}', 'sealed',
    CASE mod(n, 1000) WHEN 0 THEN 'doubted' ELSE 'works' END, now() - interval '9 days',
    now() - interval '1 hour' - mod(n, 90) * interval '1 day',
    CASE mod(n, 1000) WHEN 0 THEN now() - interval '5 minutes' END, '', now()
FROM generate_series(1, {MANY}) n
"""


async def whole_readings(pairs) -> int:
    """Record refusals; say how often all permissions were read for it."""
    async with await async_connections.connect("test") as held, held.transaction():
        await worker_queries.record_refusals(held, refused=pairs, now=clock.now())
        cursor = await held.execute(
            "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'consents_consent'"
        )
        return (await cursor.fetchone())[0]


def test_a_refusal_of_everyone_reads_no_more_permissions_than_are_refused():
    with connection.cursor() as cursor:
        cursor.execute(CONSENTS)
        cursor.execute("ANALYZE consents_consent")
    doubted = Consent.objects.filter(health="doubted").values_list("orcid_id", flat=True)
    pairs = [(orcid_id, Purpose.AUTO_UPDATE) for orcid_id in doubted]

    with ThreadPoolExecutor(1) as threads:
        read = threads.submit(lambda: asyncio.run(whole_readings(pairs))).result()

    assert read == 0
    assert Consent.objects.filter(health="doubted").count() == len(pairs)


def test_a_permission_that_works_again_meanwhile_is_not_lost_by_an_older_refusal():
    """Two workers record at the same moment: one a use, the other a refusal from before it."""
    then = clock.now() - timedelta(minutes=10)
    consent = Consent.objects.create(
        orcid_id="0009-0000-1", purpose="auto_update", client_id="APP-1", access_token=b"sealed",
        health="doubted", granted_at=then, first_refused_at=then,
    )  # fmt: skip
    pair = (consent.orcid_id, Purpose.AUTO_UPDATE)

    async def both() -> None:
        async with (
            await async_connections.connect("test") as one,
            await async_connections.connect("test") as other,
        ):
            async with one.transaction():
                await worker_queries.record_use(one, used=[pair], now=clock.now())
                refusal = asyncio.create_task(
                    worker_queries.record_refusals(other, refused=[pair], now=clock.now())
                )
                await _is_held_up(one)
            assert await refusal == []

    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(both())).result()

    consent.refresh_from_db()
    assert consent.health == "works"


async def _is_held_up(connection) -> None:
    async with asyncio.timeout(20):
        while True:
            cursor = await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if (await cursor.fetchone())[0]:
                return
            await asyncio.sleep(0.01)

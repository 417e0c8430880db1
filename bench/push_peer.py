"""The usual way to push claims, beside ours: one Procrastinate job for each claim, ten at a time.

    python -m bench.push_peer ORCID

Each job reads its claim, the metadata and the sealed token, maps the work, posts it, and stores the outcome
with its history. The mapping, the HTTP client and the stored rows are those of the product. It checks less:
neither the permission nor the pace, and no second worker's results.
"""

import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import psycopg
from bench import ground
from bench.ground import Cost, Meter

CLAIMS: Final = 500
WARM: Final = 50
ROUNDS: Final = 3
NEEDED: Final = WARM + ROUNDS * CLAIMS
CONCURRENCY: Final = 10
QUEUE: Final = "peer"
DONE: Final = (
    f"SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = '{QUEUE}'"
    " AND status IN ('todo', 'doing'))"
)
_DEFER: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT %(queue)s, %(queue)s, jsonb_build_object('claim_id', id) FROM claims_claim
WHERE orcid_id = ANY(%(people)s)
"""
_READ: Final = """
UPDATE claims_claim c SET state = 'working', tries = tries + 1, started_at = now()
FROM intake_doisnapshot s, consents_consent p
WHERE c.id = %s AND s.doi = c.doi AND p.orcid_id = c.orcid_id AND p.purpose = 'auto_update'
RETURNING c.orcid_id, s.payload, p.access_token
"""
_STORE: Final = """
WITH done AS (
    UPDATE claims_claim SET state = 'done', put_code = %(put_code)s,
        owner_client = %(client)s, sent_digest = %(digest)s, due_at = NULL,
        sent_at = now(), claimed_at = now(), updated_at = now() WHERE id = %(claim)s RETURNING id
), attempt AS (
    INSERT INTO claims_attempt (claim_id, verb, seconds, status, problem, put_code)
    SELECT id, 'add', %(seconds)s, 201, '', %(put_code)s FROM done
)
INSERT INTO claims_claimhistory
    (claim_id, event, from_state, to_state, action, origin, problem, actor, note)
SELECT id, 'finish', 'working', 'done', 'create', 'orcid_update', '', 'worker', '' FROM done
"""


def measure(url: str, orcid: str, pairs: Sequence[tuple[str, str]]) -> list[Cost]:
    """Push these claims, each as a job; return the cost of each round. The first ones warm it up."""
    from bench import push_world as world

    world.request(pairs)
    with psycopg.connect(url, autocommit=True) as connection:
        # No worker of the product is to take them.
        connection.execute("UPDATE claims_lane SET due_at = NULL")
        parts = [pairs[:WARM], *world.batches(pairs[WARM:], CLAIMS)]
        with ground.child("bench.push_peer", orcid, log="push_peer.log") as process:
            assert process.stdout is not None
            process.stdout.readline()
            meter = Meter(process.pid, url)
            costs = []
            for part in parts:
                given = {"queue": QUEUE, "people": [who for who, _ in part]}
                costs.append(meter.measure(lambda g=given: connection.execute(_DEFER, g), DONE))  # type: ignore[misc]
            meter.close()
        row = connection.execute("SELECT count(*) FROM claims_claim WHERE state = 'done'").fetchone()
        assert row is not None
        assert row[0] == sum(map(len, parts)), "a job failed"
        connection.execute("TRUNCATE claims_claim, claims_lane CASCADE")
    return costs[1:]


async def serve(orcid: str) -> None:
    """Work until stopped."""
    from procrastinate import App, PsycopgConnector
    from psycopg_pool import AsyncConnectionPool

    from profiles.consents.sealing import seal_purpose
    from profiles.domain.consent import Purpose
    from profiles.domain.records.doi_record import read_doi_record
    from profiles.infra import wiring
    from profiles.infra.postgres.async_connections import connection_options
    from profiles.intake.payload import unpack
    from profiles.pipeline.push.content import content_of

    app = App(connector=PsycopgConnector(kwargs=connection_options()))
    vault, client_id = wiring.vault(), wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    async with (
        app.open_async(),
        AsyncConnectionPool(kwargs=connection_options(), min_size=2, max_size=CONCURRENCY) as pool,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):

        @app.task(queue=QUEUE, name=QUEUE)
        async def push(claim_id: int) -> None:
            async with pool.connection() as connection:
                row: Any = await (await connection.execute(_READ, [claim_id])).fetchone()
            who, payload, sealed = row
            content = content_of(read_doi_record(unpack(payload)))
            token = vault.unseal(sealed, purpose=seal_purpose(who, "auto_update"))
            began = time.perf_counter()
            async with session.post(
                f"{orcid}/v3.0/{who}/work",
                data=content.body(),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            ) as answer:
                await answer.read()
                put_code = int(answer.headers["Location"].rpartition("/")[2])
            outcome = {
                "claim": claim_id,
                "client": client_id,
                "put_code": put_code,
                "digest": content.digest,
                "seconds": time.perf_counter() - began,
            }
            async with pool.connection() as connection:
                await connection.execute(_STORE, outcome)

        print("ready", flush=True)
        await app.run_worker_async(queues=[QUEUE], concurrency=CONCURRENCY)


def main() -> None:
    """Set up Django for the product's modules, and work."""
    import django
    import uvloop

    django.setup()
    uvloop.run(serve(sys.argv[1]))


if __name__ == "__main__":
    main()

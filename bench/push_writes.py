"""How fast claims are asked for in bulk, beside COPY and one INSERT … ON CONFLICT of the same rows."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from bench.ground import Meter
from bench.push_world import BATCH, Pair, batches, request
from bench.records import orcid_id

from profiles.infra import clock

ROWS: Final = int(os.environ.get("PROFILES_BENCH_WRITES", "20000"))
_COLUMNS: Final = (
    "uuid, orcid_id, doi, action, origin, state, problem, detail, request_version, tries, urgent, due_at,"
    " requested_at, owner_client"
)


def measure_writes(url: str, rows: list[dict[str, Any]]) -> dict[str, float]:
    """Write as the product does and as the floor does, new rows and rows that are there (P10)."""
    pairs = [(orcid_id(7_000_000 + n // 20), f"10.5072/bulk.{n}") for n in range(ROWS)]
    meter = Meter(os.getpid(), url)
    rates = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for name, write in (
            ("COPY + ON CONFLICT (limit)", lambda: _copy(connection, pairs)),
            ("asked for by back-fill (P10)", lambda: request(pairs)),
        ):
            connection.execute("TRUNCATE claims_claim, claims_lane CASCADE")
            for which in ("new", "again"):
                rates[name, which] = _measure(meter, f"{name}, {which}", write, rows)
        connection.execute("TRUNCATE claims_claim, claims_lane CASCADE")
        connection.execute("VACUUM ANALYZE")
    meter.close()
    limit, product = ("COPY + ON CONFLICT (limit)", "asked for by back-fill (P10)")
    return {
        f"bulk writes / floor, {which}, by the clock (P10, goal >= 0.5)": rates[product, which]
        / rates[limit, which]
        for which in ("new", "again")
    }


def _measure(meter: Meter, name: str, write: Callable[[], None], rows: list[dict[str, Any]]) -> float:
    own, postgres, _ = meter.spent()
    began = time.perf_counter()
    write()
    wall = time.perf_counter() - began
    ends = meter.spent()
    rows.append(
        {
            "row": name,
            "claims": ROWS,
            "claims_per_s": round(ROWS / wall),
            "own_us": round((ends[0] - own) / ROWS * 1e6, 1),
            "postgres_us": round((ends[1] - postgres) / ROWS * 1e6, 1),
            "statements_per_claim": None,
            "wall_s": round(wall, 2),
            "memory_mb": None,
        }
    )
    return ROWS / wall


def _copy(connection: psycopg.Connection[Any], pairs: Sequence[Pair]) -> None:
    now = clock.now()
    for some in batches(pairs, BATCH):
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE IF NOT EXISTS requested (orcid_id text, doi text, now timestamptz)"
                " ON COMMIT DELETE ROWS"
            )
            with cursor.copy("COPY requested FROM STDIN") as copy:
                for who, doi in some:
                    copy.write_row((who, doi, now))
            cursor.execute(
                f"INSERT INTO claims_claim AS c ({_COLUMNS}) SELECT gen_random_uuid(), orcid_id, doi,"
                " 'create', 'orcid_update', 'waiting', '', '', 1, 0, false, now, now, '' FROM requested"
                " ON CONFLICT (orcid_id, doi) DO UPDATE SET request_version = c.request_version + 1,"
                " due_at = excluded.due_at"
            )

"""How fast the previous service's claims are imported, beside PostgreSQL's COPY of the same rows.

    python -m bench.moving_in [--people 10000] [--claims 100000] [--json FILE]

The raw limit writes the claims that the import stored, and their history, into empty copies of the tables
with all indexes and constraints, by COPY from memory: no dump is read, nothing is checked, no duplicate is
sought.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from bench.ground import Meter, database, tell

TABLES = ("claims_claim", "claims_claimhistory")


def main() -> None:
    """Measure both, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--claims", type=int, default=100_000)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, database() as url:
        result = measure(Path(folder), url, people=chosen.people, claims=chosen.claims)
    tell(result, chosen.json)


def measure(folder: Path, url: str, *, people: int, claims: int) -> dict[str, Any]:
    """Import a generated dump, then copy the rows that it made."""
    from tests.support.previous_service.database import PreviousService
    from tests.support.previous_service.rows import NOW

    from profiles.pipeline.moving_in.importing import import_previous_service

    dump = PreviousService(people, claims).write_dump(folder / "volpino.sql.gz")
    meter = Meter(os.getpid(), url)
    stored = 0

    def run() -> None:
        nonlocal stored
        stored = max(stored, import_previous_service(dump, now=NOW).tables["claims"].stored)

    spent = {
        "import of people, permissions, claims": _spent(meter, run),
        "the same import again": _spent(meter, run),
    }
    copies = copied_rows(url)
    raw = "COPY of claims and history"
    spent[raw] = _spent(meter, lambda: write(url, copies))
    meter.close()
    rows: list[dict[str, Any]] = [
        {
            "what": what,
            "seconds": wall,
            "own CPU": own,
            "PostgreSQL CPU": postgres,
            "claims a second": stored / wall,
            "claims a second of CPU": stored / (own + postgres),
        }
        for what, (own, postgres, wall) in spent.items()
    ]
    share = rows[0]["claims a second of CPU"] / rows[2]["claims a second of CPU"]
    return {"rows": rows, "ratios": {"share of the raw limit": share}, "people": people, "claims": claims}


def _spent(meter: Meter, work: Callable[[], None]) -> tuple[float, float, float]:
    """Return the seconds of CPU of this process and of PostgreSQL, and by the clock.

    A shared machine makes the clock say little; the CPU says what the work costs.
    """
    before = meter.spent()
    work()
    # PostgreSQL counts the time of a connection that was closed when it has noticed its end.
    time.sleep(0.5)
    own, postgres, wall = (after - b for after, b in zip(meter.spent(), before, strict=True))
    return own, postgres, wall - 0.5


def copied_rows(url: str) -> dict[str, tuple[str, bytes]]:
    """Read the rows that the import stored, and make empty tables of the same form for them."""
    copies = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            query = (
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            )
            row = connection.execute(query, [table]).fetchone()
            assert row is not None
            with connection.cursor().copy(f"COPY {table} ({row[0]}) TO STDOUT") as copy:
                copies[table] = row[0], b"".join(bytes(block) for block in copy)
            connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
    return copies


def write(url: str, copies: dict[str, tuple[str, bytes]]) -> None:
    """Write the rows into the empty tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table, (columns, rows) in copies.items():
            with connection.cursor().copy(f"COPY raw_{table} ({columns}) FROM STDIN") as copy:
                for start in range(0, len(rows), 1 << 20):
                    copy.write(rows[start : start + (1 << 20)])


if __name__ == "__main__":
    main()

"""How fast the previous service's claims are imported, beside PostgreSQL's COPY of the same rows.

    python -m bench.moving_in [--people 20000] [--claims 200000] [--json FILE]

The raw limit writes the claims that the import stored, and their history, into empty copies of the tables
with all indexes and constraints, by COPY from memory: no dump is read, nothing is checked, no duplicate is
sought.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from bench.ground import database, tell

TABLES = ("claims_claim", "claims_claimhistory")


def main() -> None:
    """Measure both, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--claims", type=int, default=200_000)
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
    began = time.perf_counter()
    report = import_previous_service(dump, now=NOW)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    import_previous_service(dump, now=NOW)
    again = time.perf_counter() - began
    stored = report.tables["claims"].stored
    raw = copy_seconds(url)
    rows = [
        {
            "what": "import of people, permissions, claims",
            "seconds": seconds,
            "claims a second": stored / seconds,
        },
        {"what": "the same import again", "seconds": again, "claims a second": stored / again},
        {"what": "COPY of claims and history", "seconds": raw, "claims a second": stored / raw},
    ]
    return {
        "rows": rows,
        "ratios": {"share of the raw limit": raw / seconds},
        "people": people,
        "claims": claims,
    }


def copy_seconds(url: str) -> float:
    """Copy the stored rows into new tables of the same form; return how long the writing took."""
    spent = 0.0
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            query = (
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            )
            row = connection.execute(query, [table]).fetchone()
            assert row is not None
            columns = row[0]
            with connection.cursor().copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                data = [bytes(block) for block in copy]
            connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
            whole = b"".join(data)
            began = time.perf_counter()
            with connection.cursor().copy(f"COPY raw_{table} ({columns}) FROM STDIN") as copy:
                for start in range(0, len(whole), 1 << 20):
                    copy.write(whole[start : start + (1 << 20)])
            spent += time.perf_counter() - began
    return spent


if __name__ == "__main__":
    main()

"""How quick My works is for a person with 5,000 works among a million, beside its raw SQL limit.

    python -m bench.works_list [--claims 1000000] [--json FILE]

The pages of the list, called as a server calls them, and the file of all works; beside them, in the same run,
the two statements that any such page must run at least: a page of 25 works with titles, and the counts of the
facets. The number of queries of each page is reported; a test keeps it at eight.
"""

import argparse
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from bench import claims_list
from bench.claims_list import Caller, measured, session_of
from bench.ground import Meter, database, tell
from bench.records import orcid_id

OWN: Final = 5_000
LIMIT: Final = "two statements by hand (limit)"
FILE: Final = "the file of all"
_METADATA: Final = """
INSERT INTO intake_doisnapshot (doi, state, title, language, repository, kind, year, publisher, concept,
    names, credited, trigger_digest, content_digest, digest_scheme, payload, fetched_at)
SELECT doi, 'findable', 'A work of the usual length about sea ice, ' || doi, '', 'r.' || id % 40,
    (ARRAY['Dataset', 'Software', 'Text', 'Image'])[1 + id % 4], 1990 + id % 36, 'Repository ' || id % 40, '',
    ARRAY[orcid_id::text], '{}', '', '', '1', '', now()
FROM claims_claim ON CONFLICT DO NOTHING
"""
_OWN: Final = """
UPDATE claims_claim SET orcid_id = %s WHERE id IN (SELECT id FROM claims_claim ORDER BY id LIMIT %s)
"""
_PAGE: Final = """
SELECT c.*, s.title FROM claims_claim c LEFT JOIN intake_doisnapshot s USING (doi)
WHERE c.orcid_id = %s ORDER BY c.updated_at DESC, c.id DESC LIMIT 25
"""
_COUNTS: Final = """
SELECT c.state, c.origin, s.kind, s.year, s.publisher, count(*)
FROM claims_claim c LEFT JOIN intake_doisnapshot s USING (doi) WHERE c.orcid_id = %s GROUP BY 1, 2, 3, 4, 5
"""


def run(claims: int) -> dict[str, Any]:
    """Fill a database, and measure."""
    with database(claims) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_OWN, [orcid_id(0), OWN])
            connection.execute("TRUNCATE intake_doisnapshot")
            connection.execute(_METADATA)
            connection.execute("VACUUM ANALYZE")
        meter = Meter(os.getpid(), url)
        try:
            rows = _seen(orcid_id(0), meter)
        finally:
            meter.close()
    found = {row["row"]: row for row in rows}
    return {
        "claims": claims,
        "rows": rows,
        "ratios": {
            "queries of a page at most (goal <= 8)": max(row["queries"] for row in rows),
            "My works, 25, own CPU / the two statements": found["My works, 25"]["own_ms"]
            / found[LIMIT]["own_ms"],
            "slowest page, 99 of 100, ms (goal <= 2000)": max(
                row["p99_ms"] for name, row in found.items() if name != FILE
            ),
        },
    }


def _seen(person: str, meter: Meter) -> list[dict[str, Any]]:
    from django.db import connection

    from profiles.accounts.models import Account

    connection.settings_dict["CONN_MAX_AGE"] = None  # as in service; tests alone close theirs
    caller = Caller("", cookie=session_of(Account.objects.get(orcid_id=person)))
    addresses = {
        "My works, 25": "/works",
        "... 100": "/works?size=100",
        "... the last page, by title": "/works?sort=title&page=200&size=25",
        "... filtered": "/works?type=Dataset&year=2020&year=2021&source=orcid_update",
        "... found by words": "/works?text=sea+ice",
        FILE: "/works.csv",
    }
    calls: dict[str, Callable[[], Any]] = {LIMIT: partial(_by_hand, person)}
    calls |= {name: partial(caller.get, address) for name, address in addresses.items()}
    rows = []
    for name, row in measured(calls, meter.postgres).items():
        statements: list[str] = []
        with connection.execute_wrapper(partial(claims_list.noted, statements)):
            calls[name]()
        rows.append({"row": name, **row, "queries": len(statements)})
    return rows


def _by_hand(person: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in (_PAGE, _COUNTS):
            cursor.execute(statement, [person])
            cursor.fetchall()


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--claims", type=int, default=1_000_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    tell(run(given.claims), given.json)


if __name__ == "__main__":
    main()

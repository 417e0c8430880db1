"""How fast lists of claims are read at a million claims and a million people (P6, and Commons' five seconds).

    python -m bench.claims_list [--claims 1000000] [--json FILE]

The product's answer to ``GET /claims``, a page of 25 with facets for one person, through all of its layers
but the socket; beside it, in the same run, the limit: a view without middleware that runs
the same two statements and msgspec. Also
read: one claim as Commons asks for it, the people's list, and all of it again at a thousand claims. The
number of queries of each call is told; it must not grow.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from bench.ground import database, tell
from bench.records import orcid_id

ROUNDS: Final = 200
EACH: Final = 25
"""Claims of a person; one of them has a thousand."""
BIG: Final = 1_000


_PEOPLE: Final = (
    "COPY accounts_account (orcid_id, name, given_names, family_name, other_names, organisation, role,"
    " provider_id, client_id, language, is_public, is_active, password, beta_tester, rules, created_at,"
    " updated_at) FROM STDIN"
)
_CLAIMS: Final = (
    "COPY claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail, wish, tries, urgent,"
    " requested_at, put_code, owner_client, claimed_at, created_at, updated_at) FROM STDIN"
)


def fill(url: str, claims: int) -> str:
    """Write people and claims; return the iD of the one with a thousand."""
    people = claims if claims > BIG else 1 + BIG // EACH
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE claims_claim, accounts_account CASCADE")
        _copy(connection, _PEOPLE, (_person(n) for n in range(people)))
        _copy(connection, _CLAIMS, (_claim(n) for n in range(claims)))
        connection.execute("VACUUM ANALYZE")
    return orcid_id(0)


def _copy(connection: psycopg.Connection[Any], command: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def _person(n: int) -> tuple[Any, ...]:
    at = "2026-01-01 10:00:00+00"
    about = (orcid_id(n), f"Person {n}", "Person", str(n), "{}", "", "user", "", "", "")
    return (*about, True, True, "!", False, "{}", at, at)


def _claim(n: int) -> tuple[Any, ...]:
    who = orcid_id(0 if n < BIG else n // EACH)
    at = f"2026-0{n % 9 + 1}-{n % 27 + 1:02} 10:00:00+00"
    origin = "orcid_search" if n % 3 else "orcid_update"
    what = (f"{n:08x}-0000-4000-8000-000000000000", who, f"10.5072/c.{n}", "create", origin, "done")
    return (*what, "", "", 1, 1, False, at, n + 1, "APP-BENCH", at, at, at)


def measured(call: Callable[[], Any]) -> tuple[float, float]:
    """Return the median and the 99th percentile, in milliseconds."""
    call()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return statistics.median(took), took[int(ROUNDS * 0.99)]


def by_hand(_request: Any, person: str) -> Any:
    """The limit: what any view of Django's must do at least."""
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uuid, orcid_id, doi, action, origin, state, put_code, claimed_at, created_at, updated_at"
            " FROM claims_claim WHERE orcid_id = %s ORDER BY updated_at DESC LIMIT 25",
            [person],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT state, origin, extract(year FROM created_at), count(*) FROM claims_claim"
            " WHERE orcid_id = %s GROUP BY 1, 2, 3",
            [person],
        )
        body = msgspec.json.encode([rows, [list(map(str, row)) for row in cursor.fetchall()]])
    return HttpResponse(body, content_type="application/json")


class Addresses:
    """The one address of the limit, as Django wants to be told of it."""

    @property
    def urlpatterns(self) -> list[Any]:
        """Lead to the view."""
        from django.urls import path

        return [path("by-hand/<str:person>", by_hand)]


def run(claims: int) -> dict[str, Any]:
    """Measure at a thousand claims and at many."""
    rows: list[dict[str, Any]] = []
    seen: dict[tuple[str, int], float] = {}
    with database() as url:
        for count in (BIG, claims):
            big = fill(url, count)
            for name, (median, tail, queries) in _calls(big):
                seen[name, count] = median
                rows.append(
                    {
                        "row": name,
                        "claims": count,
                        "median_ms": round(median, 2),
                        "p99_ms": round(tail, 2),
                        "queries": queries,
                    }
                )
    listed, limit = "GET /claims, 25 with facets", "a view with two statements (limit)"
    ratios = {
        "limit / list of claims (P6, goal >= 0.5)": seen[limit, claims] / seen[listed, claims],
        "list at many / at a thousand claims (goal <= 1.3)": seen[listed, claims] / seen[listed, BIG],
    }
    return {"rows": rows, "ratios": ratios}


def _calls(person: str) -> list[tuple[str, tuple[float, float, int]]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from profiles.accounts.keys import give_personal_key
    from profiles.accounts.models import Account

    account = Account.objects.get(orcid_id=person)
    key = give_personal_key(account_id=account.pk, name="bench", scopes=["claims:read"], days=1).secret
    client = Client(headers={"Authorization": f"Bearer {key}"})

    def get(path: str) -> Callable[[], Any]:
        def call() -> Any:
            answer = client.get(path)
            assert answer.status_code == 200, answer.content
            return answer

        return call

    def by_view() -> Any:
        answer = client.get(f"/by-hand/{person}")
        assert answer.status_code == 200, answer.content
        return answer

    calls: dict[str, Callable[[], Any]] = {
        "a view with two statements (limit)": by_view,
        "GET /claims, 25 with facets": get(f"/claims?user-id={person}&page[size]=25"),
        "GET /claims, one as Commons asks": get(f"/claims?user-id={person}&dois=10.5072/c.7"),
        "GET /users, 25 with facets": get("/users?page[size]=25"),
        "GET /users, one found by name": get("/users?query=Person+777"),
    }
    found = []
    for name, call in calls.items():
        statements: list[str] = []
        with override_settings(MIDDLEWARE=[], ROOT_URLCONF=Addresses()) if call is by_view else nullcontext():
            with connection.execute_wrapper(partial(_noted, statements)):
                call()
            found.append((name, (*measured(call), len(statements))))
    return found


def _noted(statements: list[str], execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    statements.append(sql)
    return execute(sql, *rest)


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--claims", type=int, default=1_000_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    tell(run(given.claims), given.json)


if __name__ == "__main__":
    main()

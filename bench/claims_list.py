"""How fast lists of claims are read at a million claims and a million people (P6, and Commons' five seconds).

    python -m bench.claims_list [--claims 1000000] [--json FILE]

The product's answer to ``GET /claims``, a page of 25 with facets for one person, through all of its layers
but the socket; beside it, in the same run, the limit: a view without middleware that runs the two statements
and msgspec. Both are called as a server calls them, on a connection that stays open and is looked at once a
request. Also read: one claim as Commons asks for it, everybody's claims as services list them, people, and
all of it again at a thousand claims. The number of queries of each call is reported; it must not grow.
"""

import argparse
import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from bench.ground import Meter, database, tell
from bench.records import orcid_id
from joserfc.jwk import RSAKey

ROUNDS: Final = 10
IN_A_ROW: Final = 5
SLOW: Final = 100.0
"""What takes longer, in ms, is called once a round."""
EACH: Final = 25
"""Claims of a person; one of them has a thousand."""
BIG: Final = 1_000


_PEOPLE: Final = (
    "COPY accounts_account (orcid_id, name, given_names, family_name, other_names, organisation, role,"
    " provider_id, client_id, language, is_public, is_active, password, beta_tester, rules, created_at,"
    " updated_at) FROM STDIN"
)
_CLAIMS: Final = (
    "COPY claims_claim (uuid, orcid_id, doi, action, origin, state, problem, detail,"
    " request_version, tries, urgent, requested_at, put_code, owner_client, claimed_at, created_at,"
    " updated_at, due_at) FROM STDIN"
)


def fill(url: str, claims: int) -> str:
    """Write people and claims; return the iD of the one with a thousand, who is the first."""
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
    """Make a person; one in fifty hides their record."""
    at = _BEGAN + timedelta(seconds=n * _APART // EACH)
    about = (orcid_id(n), f"Person {n}", "Person", str(n), "{}", "", "user", "", "", "")
    return (*about, n % 50 != 49, True, "!", False, "{}", at, at)


_BEGAN: Final = datetime(2016, 1, 1, tzinfo=UTC)
_APART: Final = 315
"""Seconds between claims: a million are ten years."""
_STANDS: Final = [("done", "")] * 178 + [
    *[("failed", "missing-data")] * 10,
    *[("ignored", "related-work")] * 5,
    *[("deleted", "")] * 3,
    *[("waiting", "")] * 3,
    ("notified", "consent-missing"),
]
"""Of two hundred claims in a row."""


def _claim(n: int) -> tuple[Any, ...]:
    who = orcid_id(0 if n < BIG else n // EACH)
    created = _BEGAN + timedelta(seconds=n * _APART)
    # Half of the claims were looked at again, at some time since.
    updated = created + timedelta(seconds=n * 7919 % 50_000_000 if n % 2 else 5, microseconds=n % 1_000_000)
    state, problem = _STANDS[(n * 2_654_435_761 >> 9) % len(_STANDS)]
    origin = "orcid_search" if n % 3 else "orcid_update"
    action = "delete" if state == "deleted" else "create"
    put_code, owner, claimed = (n + 1, "APP-BENCH", created) if state == "done" else (None, "", None)
    what = (f"{n:08x}-0000-4000-8000-000000000000", who, f"10.{5072 + n % 400}/c.{n}", action, origin, state)
    due = updated if state == "waiting" else None
    return (*what, problem, "", 1, 1, False, created, put_code, owner, claimed, created, updated, due)


def measured(
    calls: Mapping[str, Callable[[], Any]], postgres: Callable[[], float] = lambda: 0.0
) -> dict[str, dict[str, float]]:
    """Return each call's own CPU and its time by the clock, in ms; they take turns to share the noise.

    ``postgres`` returns the CPU seconds of PostgreSQL so far. "spread" is how far apart the middle half of
    the own CPU times is, as a part of the median.
    """
    own: dict[str, list[float]] = {name: [] for name in calls}
    of_postgres: dict[str, list[float]] = {name: [] for name in calls}
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            again = 1 if took[name] and took[name][0] > SLOW else IN_A_ROW
            before, spent = postgres(), time.process_time()
            for _ in range(again):
                began = time.perf_counter()
                call()
                took[name].append((time.perf_counter() - began) * 1000)
            own[name].append((time.process_time() - spent) / again * 1000)
            of_postgres[name].append((postgres() - before) / again * 1000)
    return {
        name: {
            "own_ms": statistics.median(own[name]),
            "spread": spread(own[name]),
            "postgres_ms": statistics.mean(of_postgres[name]),
            "median_ms": statistics.median(took[name]),
            "p99_ms": sorted(took[name])[int(len(took[name]) * 0.99)],
        }
        for name in calls
    }


def spread(values: Sequence[float]) -> float:
    """Return how far apart the middle half is, as a part of the median."""
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle if middle else 0.0


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


ADDRESSES: Final = Addresses()


SIZES: Final = (1_000, 100_000)
MOST_GROWTH: Final = 2.0
"""What is asked for costs at most so many times as much at many claims as at a thousand."""
COMMONS: Final = "GET /claims, one as Commons asks"
EVERYBODY: Final = "GET /claims of everybody"
LISTED: Final = "GET /claims, 25 with facets"
SETTINGS: Final = "GET /settings/me, signed in"
LIMIT: Final = "a view with two statements (limit)"


def run(claims: int) -> dict[str, Any]:
    """Measure at a thousand claims, at a hundred thousand, and at many."""
    rows: list[dict[str, Any]] = []
    seen: dict[tuple[str, int], dict[str, Any]] = {}
    os.environ.update(signing_keys())
    with database(claims) as url:
        sizes = [size for size in SIZES if size < claims] + [claims]
        for count in reversed(sizes):
            if count < claims:
                fill(url, count)
            for name, row in _seen(url, orcid_id(0)).items():
                seen[name, count] = row
                rows.append({"row": name, "claims": count, **row})
    rows.sort(key=lambda row: int(row["claims"]))
    listed, limit = seen[LISTED, claims], seen[LIMIT, claims]
    ratios = {
        "limit / list of claims (P6, own CPU, goal >= 0.5)": _ratio(limit, listed, "own_ms"),
        "... by the clock": _ratio(limit, listed, "median_ms"),
        "list at many / at a thousand claims (own CPU, goal <= 1.3)": _ratio(
            listed, seen[LISTED, BIG], "own_ms"
        ),
        ".... by the clock": _ratio(listed, seen[LISTED, BIG], "median_ms"),
        "Settings, own CPU in ms (P8, goal <= 12)": seen[SETTINGS, claims]["own_ms"],
        "Settings, queries (P8, goal <= 8)": seen[SETTINGS, claims]["queries"],
    }
    curves = {
        f"{name}: own CPU": [(size, seen[name, size]["own_ms"]) for size in sizes]
        for name in (LISTED, COMMONS, EVERYBODY)
    }
    curves |= {f"{LISTED}: PostgreSQL's CPU": [(size, seen[LISTED, size]["postgres_ms"]) for size in sizes]}
    growth = {"what": "claims in the table", "unit": "ms", "curves": curves, "most": MOST_GROWTH}
    return {"rows": rows, "ratios": ratios, "growth": growth}


def signing_keys() -> dict[str, str]:
    """Make the key that signs the shared cookie's token."""
    key = RSAKey.generate_key(2048)
    return {
        "JWT_PRIVATE_KEY": key.as_pem(private=True).decode(),
        "JWT_PUBLIC_KEY": key.as_pem(private=False).decode(),
    }


def _ratio(part: dict[str, Any], whole: dict[str, Any], of: str) -> float:
    return float(part[of] / whole[of])


class Caller:
    """Calls a WSGI application as a server does, with nothing in between: connections stay open."""

    def __init__(
        self, key: str, *, cookie: str = "", is_limit: bool = False, accept: str = "application/json"
    ) -> None:
        from django.core.handlers.wsgi import WSGIHandler
        from django.test.utils import override_settings

        class Bare(WSGIHandler):
            def resolve_request(self, request: Any) -> Any:
                request.urlconf = ADDRESSES
                return super().resolve_request(request)

        with override_settings(MIDDLEWARE=[]) if is_limit else nullcontext():
            self._application = Bare() if is_limit else WSGIHandler()
        self._always = {
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_ACCEPT": accept,
            "HTTP_AUTHORIZATION": f"Bearer {key}",
            "HTTP_COOKIE": cookie,
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
        }

    def get(self, address: str) -> bytes:
        """Return the body of an answer, which must be good."""
        path, _, query = address.partition("?")
        asked = {**self._always, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
        statuses: list[str] = []
        answer: Any = self._application(asked, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
        body = b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], (statuses, body)
        return body


def session_of(account: Any) -> str:
    """Sign somebody in, and return the cookies that a browser has after its first page."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get("/settings/me")
    return client.cookies.output(attrs=[], header="", sep=";").strip()


def _seen(url: str, person: str) -> dict[str, dict[str, Any]]:
    from django.db import connection

    from profiles.accounts.keys import give_personal_key, give_service_key
    from profiles.accounts.models import AccessKey, Account
    from profiles.sso.cookie.shared_cookie import token_for

    AccessKey.objects.all().delete()
    connection.settings_dict["CONN_MAX_AGE"] = None  # as in service; tests alone close theirs
    account = Account.objects.get(orcid_id=person)
    key = give_personal_key(account_id=account.pk, name="bench", scopes=["claims:read"], days=1).secret
    agent = give_service_key(name="bench", scopes=["claims:read"], days=1, by="bench").secret
    mine, everybodys = f"/claims?user-id={person}", "/claims?page[size]=25"
    calls: dict[str, tuple[Caller, str]] = {
        LIMIT: (Caller("", is_limit=True), f"/by-hand/{person}"),
        LISTED: (Caller(key), f"{mine}&page[size]=25"),
        "the same, with the shared cookie's token": (
            Caller(token_for(account) or ""),
            f"{mine}&page[size]=25",
        ),
        COMMONS: (Caller(key), f"{mine}&dois=10.5079/c.7"),
        EVERYBODY: (Caller(agent), everybodys),
        "... those that failed": (Caller(agent), f"{everybodys}&state=failed"),
        "... of one year": (Caller(agent), f"{everybodys}&created=2017"),
        "... by DOI": (Caller(agent), f"{everybodys}&sort=doi&query=10.5100/"),
        "... by cursor": (Caller(agent), f"{everybodys}&page[cursor]=1"),
        "GET /users, 25": (Caller(""), "/users?page[size]=25"),
        "GET /users, found by name": (Caller(""), "/users?query=Person+777"),
        "GET /users, few found": (Caller(""), "/users?query=777"),
        SETTINGS: (Caller("", cookie=session_of(account)), "/settings/me"),
    }
    made = {name: partial(caller.get, address) for name, (caller, address) in calls.items()}
    queries = {}
    for name, call in made.items():
        statements: list[str] = []
        with connection.execute_wrapper(partial(noted, statements)):
            call()
        queries[name] = len(statements)
    meter = Meter(os.getpid(), url)
    try:
        found = measured(made, meter.postgres)
    finally:
        meter.close()
    return {name: {**row, "queries": queries[name]} for name, row in found.items()}


def noted(statements: list[str], execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
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

"""What the main pages cost at a million claims: home, settings, My works, Why, Find works (P8).

    python -m bench.pages [--claims 1000000] [--json FILE]

Called as a server calls them, on a connection that stays open; DataCite is its stand-in, in a process of its
own. "own" is the CPU of the web process. Beside them the limit: a view without middleware that runs two
statements. What people wait for is measured by the clock; DataCite's answer is part of it.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench import ground
from bench.claims_list import BIG, LIMIT, Caller, measured, noted, session_of, signing_keys
from bench.records import orcid_id
from tests.support.served import free_port

MOST_QUERIES: Final = 8
LONGEST_MS: Final = 2_000
DOI: Final = "10.5438/4hr0-d640"
"""One that the stand-in of DataCite has."""


@contextmanager
def stand_ins() -> Iterator[None]:
    """Run the stand-ins, and name their addresses in the environment."""
    ports = {name: free_port() for name in ("orcid", "globus", "datacite", "commons", "fabrica", "mail")}
    for setting, name in (("API_URL", "datacite"), ("ORCID_API_URL", "orcid"), ("ORCID_URL", "orcid")):
        os.environ[setting] = f"http://127.0.0.1:{ports[name]}"
    words = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
    with ground.child("sandbox", *words) as process:
        assert process.stdout is not None
        for _ in ports:
            process.stdout.readline()
        yield


def run(claims: int) -> dict[str, Any]:
    """Measure the pages of a person with a thousand claims among many."""
    os.environ.update(signing_keys())
    with stand_ins(), ground.database(claims) as url:
        rows = _seen(url, orcid_id(0))
    pages = [row for row in rows if row["row"] != LIMIT]
    settings = next(row for row in pages if "settings" in row["row"])
    ratios: dict[str, Any] = {
        "Settings, own CPU in ms (P8, goal <= 12)": settings["own_ms"],
        f"most queries of a page (goal <= {MOST_QUERIES})": max(row["queries"] for row in pages),
        f"slowest page, 99 of 100, ms (goal <= {LONGEST_MS})": max(row["p99_ms"] for row in pages),
    }
    return {"claims": claims, "rows": rows, "ratios": ratios}


def _seen(url: str, person: str) -> list[dict[str, Any]]:
    from django.db import connection

    from profiles.accounts.models import Account

    connection.settings_dict["CONN_MAX_AGE"] = None  # as in service; tests alone close theirs
    cookie = session_of(Account.objects.get(orcid_id=person))
    signed_in, anyone = Caller("", cookie=cookie, accept="text/html"), Caller("", accept="text/html")
    calls = {
        LIMIT: partial(Caller("", is_limit=True).get, f"/by-hand/{person}"),
        "front page, anyone": partial(anyone.get, "/"),
        "home, signed in": partial(signed_in.get, "/"),
        "settings": partial(signed_in.get, "/settings/me"),
        "My works, 25": partial(signed_in.get, "/works"),
        "Find works": partial(signed_in.get, "/find?way=by-words&q=ice"),
        "Why, asked by anyone": partial(anyone.get, f"/why?doi={DOI}&orcid=0009-0001-0000-0014"),
        "status": partial(anyone.get, "/status"),
    }
    queries: dict[str, int] = {}
    for name, call in calls.items():
        call()
        statements: list[str] = []
        with connection.execute_wrapper(partial(noted, statements)):
            call()
        queries[name] = len(statements)
    meter = ground.Meter(os.getpid(), url)
    found = measured(calls, meter.postgres)
    meter.close()
    return [{"row": name, **row, "queries": queries[name]} for name, row in found.items()]


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--claims", type=int, default=100 * BIG)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.claims), given.json)


if __name__ == "__main__":
    main()

"""What people wait for: clicks, a newcomer's first work, and pages while DataCite is slow.

    python -m bench.waits [--seconds 30] [--json FILE]

A real web server and worker. ORCID is its stand-in, with its limit of 24 calls a second and its latency, and
one client of ours for everything, so that all calls share the limit. People click in a quiet system; then
1,500 corrections of 120 people wait at ORCID's limit while people click and newcomers' first works are
announced. Then DataCite answers after ten seconds, or never, and each page that asks it is opened; "filled in
later" is what the page loads after itself.
"""

import argparse
import math
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from bench import ground
from bench.claims_list import signing_keys
from bench.commons import served
from bench.pages import stand_ins
from bench.push import SETTLED
from bench.records import orcid_id

from sandbox.remote import Remote

PEOPLE: Final = 120
CORRECTIONS: Final = 1_500
CLICKS_A_SECOND: Final = 2
QUIET_CLICKS: Final = 10
NEWCOMERS: Final = 8
LEAD_SECONDS: Final = 3.0
"""The burst after a pause is over then; what is served from then on is steady."""
BEGAN: Final = time.monotonic()
SLOW_MS: Final = 10_000
GOALS: Final = {"call": 3.0, "known": 5.0, "newcomer": 3.0, "page": 2.0, "served": 22.5}
SETTINGS: Final = {
    "ORCID_CLIENT_ID": "APP-PROFILESDEMO0003",
    "ORCID_CLIENT_SECRET": "demo-secret-update",
    "PROFILES_ORCID_RATE": "23.5",
    "PROFILES_ORCID_BURST": "24",
    "PROFILES_MODE": "demo",
    "PROFILES_TEST_SUITE": "1",
    "LOG_LEVEL": "WARNING",
}


class Played:
    """One run: the service, what is outside, and what was seen."""

    def __init__(self, web: Any, remote: Remote, datacite: Remote, people: Sequence[str]) -> None:
        self.web, self.orcid, self.datacite = web, remote, datacite
        self.people = people
        self._next = iter(people)
        self.clicked: dict[str, list[tuple[str, float, float]]] = {}
        self.announced: list[tuple[str, float]] = []

    def next_person(self) -> str:
        """Return someone of whom nothing was asked yet."""
        return next(self._next)

    def click(self, label: str, who: str) -> None:
        """Let a person click, and remember the moments."""
        clicked, known = self.web.click(who)
        self.clicked.setdefault(label, []).append((who, clicked, known))

    def calls(self) -> list[tuple[str, float, int]]:
        """Return the calls of ORCID's API: path, when it arrived, status; 0 without an answer yet."""
        return [
            (
                row["path"],
                datetime.fromisoformat(row["time"]).timestamp(),
                row["status"] if isinstance(row["status"], int) else 0,
            )
            for row in self.orcid.log(path="/v3.0/")
        ]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def first_calls(calls: Sequence[tuple[str, float, int]]) -> dict[str, float]:
    """Return for each record when ORCID was first called to write to it."""
    found: dict[str, float] = {}
    for path, at, _ in calls:
        who, _, what = path.removeprefix("/v3.0/").partition("/")
        if what in {"work", "works"}:
            found[who] = min(at, found.get(who, at))
    return found


def served_steadily(calls: Sequence[tuple[str, float, int]], begin: float, seconds: float) -> float:
    """Return how many calls a second were served in a stretch of time."""
    within = [status for _, at, status in calls if begin <= at < begin + seconds]
    return sum(0 < status < 500 for status in within) / seconds


def run(seconds: float) -> dict[str, Any]:
    """Play all of it."""
    os.environ.update(signing_keys())
    with ExitStack() as ends:
        ends.enter_context(stand_ins())
        url = ends.enter_context(ground.database(**SETTINGS))
        from bench import waits_world as world

        _say("the database is there")
        remote = ends.enter_context(world.orcid())
        os.environ["ORCID_API_URL"] = os.environ["ORCID_URL"] = remote.url
        clicks = QUIET_CLICKS + int(seconds * CLICKS_A_SECOND)
        ids = [orcid_id(number) for number in range(PEOPLE + clicks + NEWCOMERS)]
        world.enrol(remote, ids)
        port = ends.enter_context(served("profiles", "serve", "--port", "{port}"))
        ends.enter_context(ground.child("profiles", "worker", log="waits-worker.log"))
        _say("web server and worker are started")
        played = Played(world.Web(port), remote, Remote(os.environ["API_URL"]), ids[PEOPLE:])
        return _play(played, url, ids[:PEOPLE], seconds)


def _play(played: Played, url: str, people: Sequence[str], seconds: float) -> dict[str, Any]:
    from bench import waits_world as world

    from profiles.accounts.keys import give_service_key

    key = str(give_service_key(name="waits", scopes=["doi-events:write"], days=1, by="bench").secret)
    world.register_for_clicks(played.datacite, played.people)
    works = [(people[number % PEOPLE], f"10.5072/corrected.{number}") for number in range(CORRECTIONS)]
    began = datetime.now(UTC)
    world.take_in([world.work(who, doi, at=began) for who, doi in works])
    _wait_until(url, SETTLED)
    _say(f"{CORRECTIONS:,} works are on {PEOPLE} records")
    for _ in range(QUIET_CLICKS):
        played.click("quiet", played.next_person())
    _say(f"{QUIET_CLICKS} clicks are done")
    later = began + timedelta(minutes=1)
    world.take_in([world.work(who, doi, title="Corrected", at=later) for who, doi in works])
    begin = time.time()
    _busy(played, key, seconds, world)
    waiting = _value(url, "SELECT count(*) FROM claims_claim WHERE state IN ('waiting', 'working')")
    _say(f"{waiting:,} corrections still wait at the end of the stretch")
    pages = list(_slow_pages(played, world.cookie_of(people[0]), people[0], url))
    return _result(played, pages, begin, seconds, waiting)


def _busy(played: Played, key: str, seconds: float, world: Any) -> None:
    """While corrections wait, let people click and newcomers' first works be announced."""
    ends = time.monotonic() + seconds + LEAD_SECONDS
    announcer = threading.Thread(target=_announce, args=(played, key, seconds, world))
    with ThreadPoolExecutor(16) as people:
        announcer.start()
        clicks = []
        for number in range(int(seconds * CLICKS_A_SECOND)):
            clicks.append(people.submit(played.click, "busy", played.next_person()))
            time.sleep(max(ends - seconds + (number + 1) / CLICKS_A_SECOND - time.monotonic(), 0))
        for click in clicks:
            click.result()
    announcer.join()
    time.sleep(max(ends - time.monotonic(), 0))


def _announce(played: Played, key: str, seconds: float, world: Any) -> None:
    for number in range(NEWCOMERS):
        time.sleep(seconds / NEWCOMERS)
        who = played.next_person()
        doi = f"10.5072/newcomer.{number}"
        played.datacite.order("dois", [world.work(who, doi)])
        played.announced.append((who, played.web.announce(key, doi)))


PAGES: Final = (
    # Name, address, whether a person is signed in, whether the page loads it after itself.
    ("home", "/", True, False),
    ("My works", "/works", True, False),
    ("one work", "/works/{work}", True, False),
    ("one work, filled in later", "/works/{work}/newer", True, True),
    ("Find works that name me", "/find", True, False),
    ("Find works by words", "/find?by=words&text=ice+{n}", True, False),
    ("Why, one's own work", "/why?doi=10.5072/why.{n}&orcid={who}", True, False),
    ("Why, asked by anyone", "/why?doi=10.5072/why.{n}&orcid={who}", False, False),
    ("confirm a work", "/confirm?doi=10.5072/confirm.{n}", True, False),
    ("settings", "/settings/me", True, False),
    ("rules", "/settings/rules", True, False),
)


def _slow_pages(played: Played, cookie: str, who: str, url: str) -> Iterator[tuple[str, str, float, int]]:
    """Open each page while DataCite is slow and while it is silent; yield name, how, seconds and status.

    Before each page DataCite answers once: pages know of no outage then, and wait as long as they ever do.
    """
    number = 0
    work = _value(url, f"SELECT uuid FROM claims_claim WHERE orcid_id = '{who}' ORDER BY id LIMIT 1")
    for how, fault in (("after 10 s", {"delay_ms": SLOW_MS}), ("never", {"hold": True})):
        for name, path, is_signed_in, is_later in PAGES:
            number += 1
            played.datacite.heal()
            played.web.request("GET", f"/why?doi=10.5072/heals.{number}&orcid={who}", Accept="text/html")
            played.datacite.fail_next(None, **fault)
            heads = {"Accept": "text/html"}
            heads |= {"Cookie": cookie} if is_signed_in else {}
            heads |= {"HX-Request": "true"} if is_later else {}
            address = path.format(n=f"{how.replace(' ', '')}.{number}", who=who, work=work)
            status, _, took = played.web.request("GET", address, **heads)
            yield name, how, took, status
    played.datacite.heal()


def _say(line: str) -> None:
    print(f"  {time.monotonic() - BEGAN:3.0f} s: {line}", flush=True)


def _wait_until(url: str, done: str, seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not _value(url, done):
        if time.monotonic() > ends:
            raise TimeoutError(done)
        time.sleep(0.2)


def _value(url: str, query: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def _result(
    played: Played,
    pages: Sequence[tuple[str, str, float, int]],
    begin: float,
    seconds: float,
    waiting: int,
) -> dict[str, Any]:
    calls = played.calls()
    first = first_calls(calls)
    rows, called, known = [], list[float](), list[float]()
    for label, clicks in played.clicked.items():
        called += (until_called := [first[who] - at for who, at, _ in clicks])
        known += (until_known := [done - at for _, at, done in clicks])
        rows.append(_row(f"click until ORCID is called, {label}", until_called))
        rows.append(_row(f"click until its outcome is known, {label}", until_known))
    newcomers = [first[who] - at for who, at in played.announced]
    rows.append(_row(f"a newcomer's first work, {CORRECTIONS:,} corrections waiting", newcomers))
    rows += [
        _row(f"DataCite slow or silent: {name}", [took for page, _, took, _ in pages if page == name])
        for name in dict.fromkeys(page[0] for page in pages)
    ]
    begin += LEAD_SECONDS
    rate = served_steadily(calls, begin, seconds)
    at_once = [took for name, _, took, _ in pages if "later" not in name]
    refused = sum(status == 503 for _, _, status in calls)
    return {
        "rows": rows,
        "calls": len(calls),
        "waiting_at_the_end": waiting,
        "pages": [list(page) for page in pages],
        "ratios": {
            f"click until ORCID is called, p99, s (goal <= {GOALS['call']:g})": percentile(called, 99),
            f"click until its outcome is known, p99, s (goal <= {GOALS['known']:g})": percentile(known, 99),
            f"a newcomer's first work behind {CORRECTIONS:,} corrections, slowest of {len(newcomers)}, s"
            f" (goal <= {GOALS['newcomer']:g})": max(newcomers),
            f"slowest page with DataCite slow or silent, s (goal <= {GOALS['page']:g})": max(at_once),
            f"calls that ORCID serves a second over {seconds:g} s (goal >= {GOALS['served']:g})": rate,
            f"answers 503 by ORCID's limit, of {len(calls):,} calls (goal 0)": refused,
        },
    }


def _row(name: str, took: Sequence[float]) -> dict[str, Any]:
    return {
        "row": name,
        "times": len(took),
        "median_s": statistics.median(took),
        "p99_s": percentile(took, 99),
        "slowest_s": max(took),
    }


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seconds", type=float, default=30, help="how long people click while works wait")
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.seconds), given.json)


if __name__ == "__main__":
    main()

"""What a sign-in through us costs, beside what it costs at other providers, in one run.

    python -m bench.sso [--json FILE]

A real web server with one process on a database of its own; and, where they are installed, Debian's
glewlwyd on SQLite and npm's oidc-provider, which keeps everything in memory. Refusals of ours are what
anybody can ask without proving anything; none may cost 5 ms. Eight browsers that are signed in go on at
once. "own" is the CPU time of the provider's processes, system included: it holds on a busy machine;
PostgreSQL is counted apart. Larger runs by environment: PROFILES_BENCH_FLOWS (240), PROFILES_BENCH_ROUNDS
(2).
"""

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
from bench import ground, sso_glewlwyd
from bench.ground import ROOT, VAR, tell
from bench.sso_driver import REFUSALS, Driver, Measured, signed_in
from tests.contract.openid.__main__ import PROFILE
from tests.contract.openid.protocol import Party, Provider
from tests.support.served import free_port

FLOWS: Final = int(os.environ.get("PROFILES_BENCH_FLOWS", "240"))
ROUNDS: Final = int(os.environ.get("PROFILES_BENCH_ROUNDS", "2"))
WARM: Final = 40
KINDS: Final = {"flow": 1, "refresh": 1, "userinfo": 2, "discovery": 4, "keys": 4}
"""Operation, and how many times as often as flows it is done."""
GOALS: Final = {
    "flow": "<= 5.0",
    "refresh": "<= 3.0",
    "userinfo": "<= 1.5",
    "discovery": "<= 0.25",
    "keys": "<= 0.25",
}


class Spending:
    """CPU seconds of some processes and all they started."""

    def __init__(self, *pids: int) -> None:
        self._roots = [psutil.Process(pid) for pid in pids]

    def seconds(self) -> float:
        """Return what was spent so far."""
        return sum(_spent(one) for root in self._roots for one in [root, *root.children(recursive=True)])


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


class Bench:
    """Measures one provider after the other."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def measure(
        self,
        name: str,
        driver: Driver,
        own: Spending,
        postgres: Callable[[], float] = lambda: 0.0,
        *,
        kinds: dict[str, int] = KINDS,
    ) -> dict[str, dict[str, Any]]:
        """Measure every kind of operation; of several rounds the cheapest counts, for noise only adds."""
        driver.run("flow", WARM)
        found = {}
        for kind, times in kinds.items():
            tries = [self._once(driver, kind, FLOWS * times, own, postgres) for _ in range(ROUNDS)]
            done, spent, in_database = min(tries, key=lambda one: one[1])
            row = {
                "provider": name,
                "operation": kind,
                "own_ms": round(spent / done.count * 1000, 3),
                "postgres_ms": round(in_database / done.count * 1000, 3),
                "per_own_s": round(done.count / spent),
                "per_s": round(done.count / done.wall),
                "p50_ms": round(done.percentile(0.5), 1),
                "p99_ms": round(done.percentile(0.99), 1),
            }
            self.rows.append(row)
            found[kind] = row
        return found

    @staticmethod
    def _once(
        driver: Driver, kind: str, count: int, own: Spending, postgres: Callable[[], float]
    ) -> tuple[Measured, float, float]:
        before = own.seconds(), postgres()
        done = driver.run(kind, count)
        return done, own.seconds() - before[0], postgres() - before[1]


@contextmanager
def ours() -> Iterator[tuple[str, Spending, Callable[[], float]]]:
    """Run our web server."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ours = {
        # The tests' mode gives up its connections, the demo's keeps them like a deployment.
        "PROFILES_MODE": "demo",
        "PROFILES_TEST_SUITE": "1",
        "PROFILES_URL": url,
        "PROFILES_SIGN_IN_TRIES": "1000",
        "LOG_LEVEL": "WARNING",
    }
    with ground.database() as address:
        os.environ.update(ours)
        subprocess.run(
            [sys.executable, "-m", "profiles", "migrate"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        words = ("profiles", "serve", "--port", str(port), "--workers", "1")
        with ground.child(*words, log="sso_web.log") as web:
            _wait(f"{url}/heartbeat")
            meter = ground.Meter(web.pid, address)
            try:
                yield url, Spending(web.pid), lambda: meter.spent()[1]
            finally:
                meter.close()


@contextmanager
def oidc_provider(algorithm: str) -> Iterator[tuple[str, Party, Spending]]:
    """Run npm's provider."""
    party = Party("bench", "bench-secret-" + "0" * 30, "http://127.0.0.1:9/callback")
    asked = {
        "parties": [dataclasses.asdict(party)],
        "people": {"alice": "alice-password"},
        "algorithm": algorithm,
    }
    with (VAR / "oidc_provider.log").open("w") as log:
        process = subprocess.Popen(
            ["node", "provider.mjs", json.dumps(asked)],
            cwd=ROOT / "tests" / "npm",
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), party, Spending(process.pid)
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


def _wait(url: str) -> None:
    for _ in range(400):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def run() -> dict[str, Any]:
    """Measure everything; return rows and ratios."""
    bench = Bench()
    with ours() as (url, own, postgres):
        party = Party(
            PROFILE["OPENID_ONE_ID"], PROFILE["OPENID_ONE_SECRET"], PROFILE["OPENID_ONE_REDIRECT_URI"]
        )
        login = tuple(PROFILE["OPENID_ALICE"].split(":"))
        provider = Provider(url)
        driver = Driver(url, party, lambda: signed_in(provider, party, (login[0], login[1])))
        mine = bench.measure("Profiles", driver, own, postgres, kinds={**KINDS, **dict.fromkeys(REFUSALS, 1)})
    others = {}
    if cost := _measure_glewlwyd(bench):
        others["glewlwyd"] = cost
    for algorithm in ("RS256", "ES256"):
        if name := _measure_npm(bench, algorithm):
            others[name] = bench.rows[-len(KINDS)]["own_ms"]
    ratios = {f"{kind}, own ms (P9, goal {goal})": mine[kind]["own_ms"] for kind, goal in GOALS.items()}
    ratios["flow, PostgreSQL ms (P9, goal <= 2.5)"] = mine["flow"]["postgres_ms"]
    dearest = max(REFUSALS, key=lambda kind: float(mine[kind]["own_ms"]))
    ratios[f"dearest refusal ({dearest}), own ms (goal <= 5.0)"] = mine[dearest]["own_ms"]
    for name, cost in others.items():
        ratios[f"flow of {name} / ours, own CPU"] = round(cost / mine["flow"]["own_ms"], 2)
    return {"flows": FLOWS, "rounds": ROUNDS, "rows": bench.rows, "ratios": ratios}


def _measure_npm(bench: Bench, algorithm: str) -> str:
    if not (shutil.which("node") and (ROOT / "tests" / "npm" / "node_modules").exists()):
        print("npm's oidc-provider is not here: npm ci in tests/npm")
        return ""
    name = f"oidc-provider {algorithm}, in memory"
    with oidc_provider(algorithm) as (url, party, own):
        provider = Provider(url)
        login = ("alice", "alice-password")
        bench.measure(name, Driver(url, party, lambda: signed_in(provider, party, login)), own)
    return name


def _measure_glewlwyd(bench: Bench) -> float:
    if not sso_glewlwyd.is_here():
        print("glewlwyd is not here: apt-get install glewlwyd")
        return 0.0
    party = Party("bench", "bench-secret-" + "0" * 30, "http://127.0.0.1:9/callback")
    with sso_glewlwyd.glewlwyd(VAR / "glewlwyd", party) as (url, process):
        # Without this word it shows its page even to whoever is signed in.
        driver = Driver(url, party, lambda: sso_glewlwyd.sign_in(url, party), more={"g_continue": ""})
        found = bench.measure("glewlwyd, on SQLite", driver, Spending(process.pid))
    return float(found["flow"]["own_ms"])


def main() -> None:
    """Run it and say what came out."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    tell(run(), given.json)


if __name__ == "__main__":
    main()

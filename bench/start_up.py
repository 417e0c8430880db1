"""How long a web server and a worker need until they serve, beside a bare server and Python with Django.

    python -m bench.start_up [--json FILE]

By the clock, from the start of the process until its first good answer, or until it is registered
for jobs. The limit is the same web server with one view of hello.
"""

import argparse
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
from bench import ground
from tests.support.served import free_port

ROUNDS: Final = 5
LIMIT: Final = "the same server, hello (limit)"
WEB: Final = "web server, until /heartbeat is 200"
WORKER: Final = "worker, until it is registered for jobs"
DJANGO: Final = "python -c 'import django', and its end"
_LISTENS: Final = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'profiles jobs alive')"
)


def _seconds_until(true: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not true():
        if time.perf_counter() - began > 120:
            raise TimeoutError("it did not start")
        time.sleep(0.01)
    return time.perf_counter() - began


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
            return True
    except OSError:
        return False


def _web(path: str, *words: str) -> float:
    port = free_port()
    with ground.child(*(word.format(port=port) for word in words)):
        return _seconds_until(lambda: _answers(port, path))


def _worker(connection: psycopg.Connection[Any]) -> float:
    def listens() -> bool:
        row = connection.execute(_LISTENS).fetchone()
        return bool(row and row[0])

    with ground.child("profiles", "worker"):
        took = _seconds_until(listens)
    _seconds_until(lambda: not listens())
    return took


def _django() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import django; import django.db.models"], check=True)
    return time.perf_counter() - began


def run() -> dict[str, Any]:
    """Start each several times, in turns."""
    took: dict[str, list[float]] = {LIMIT: [], WEB: [], WORKER: [], DJANGO: []}
    settings = {"PROFILES_METRICS_PORT": "0", "PROFILES_WORKER_METRICS_PORT": "0"}
    with ground.database(**settings) as url, psycopg.connect(url, autocommit=True) as connection:
        for _ in range(ROUNDS):
            took[DJANGO].append(_django())
            took[LIMIT].append(_web("/hello", "bench.hello", "front", "{port}"))
            took[WEB].append(_web("/heartbeat", "profiles", "serve", "--port", "{port}"))
            took[WORKER].append(_worker(connection))
    rows = [
        {
            "row": name,
            "median_s": statistics.median(times),
            "least_s": min(times),
            "most_s": max(times),
            "spread": (max(times) - min(times)) / statistics.median(times),
        }
        for name, times in took.items()
    ]
    median = {row["row"]: float(str(row["median_s"])) for row in rows}
    ratios = {
        "web server / hello, by the clock": median[WEB] / median[LIMIT],
        "web server, s (goal <= 10)": median[WEB],
        "worker, s (goal <= 10)": median[WORKER],
    }
    return {"rows": rows, "ratios": ratios}


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--json", type=Path, help="where to write the result")
    ground.tell(run(), words.parse_args().json)


if __name__ == "__main__":
    main()

"""How long a process needs from its start until it works, beside a bare server of the same kind.

    python -m bench.startup [--rounds 3] [--json FILE]

The web server is ready when ``/readyz`` says so, a worker when it may take lanes. The limit is Granian with
one line of Python behind it. "cpu" is that of the process and its children until then.
"""

import argparse
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil
from bench import ground
from tests.support.served import free_port

LIMIT: Final = "hello world in Granian (limit)"
WEB: Final = "web server"
WORKER: Final = "worker"
SECONDS: Final = 60


def started(words: tuple[str, ...], is_ready: Callable[[], bool]) -> tuple[float, float, float]:
    """Start a process; return the seconds until it is ready, its CPU seconds and its memory in MB."""
    began = time.perf_counter()
    with ground.child(*words, log=f"startup_{words[0]}.log") as child:
        while not is_ready():
            if time.perf_counter() - began > SECONDS or child.poll() is not None:
                raise TimeoutError(words)
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        process = psutil.Process(child.pid)
        tree = [process, *process.children(recursive=True)]
        cpu = sum(sum(one.cpu_times()[:2]) for one in tree)
        return seconds, cpu, sum(one.memory_info().rss for one in tree) / 1e6


def answers(address: str) -> bool:
    """Tell whether an address answers with 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def run(rounds: int) -> dict[str, Any]:
    """Start each in turns."""
    from profiles.claims.selectors import workers_alive

    figures: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(rounds):
        port = free_port()
        bare = f"http://127.0.0.1:{port}/"
        figures.setdefault(LIMIT, []).append(
            started(("bench.hello", "wsgi", str(port)), lambda address=bare: answers(address))  # type: ignore[misc]
        )
        port = free_port()
        ready = f"http://127.0.0.1:{port}/readyz?only=database,schema"
        figures.setdefault(WEB, []).append(
            started(("profiles", "serve", "--port", str(port)), lambda address=ready: answers(address))  # type: ignore[misc]
        )
        figures.setdefault(WORKER, []).append(started(("profiles", "worker"), lambda: workers_alive() > 0))
        while workers_alive():
            time.sleep(0.05)
    rows = [
        {
            "row": name,
            "starts": len(found),
            "seconds": statistics.median(one[0] for one in found),
            "slowest": max(one[0] for one in found),
            "cpu_s": statistics.median(one[1] for one in found),
            "memory_mb": round(statistics.median(one[2] for one in found)),
        }
        for name, found in figures.items()
    ]
    seconds = {row["row"]: row["seconds"] for row in rows}
    return {
        "rows": rows,
        "ratios": {
            "web server until ready, s (goal <= 5)": seconds[WEB],
            "worker until ready, s (goal <= 5)": seconds[WORKER],
        },
    }


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    with ground.database():
        ground.tell(run(given.rounds), given.json)


if __name__ == "__main__":
    main()

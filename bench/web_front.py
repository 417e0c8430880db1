"""What a request costs on its way to Django: hello world through Granian's WSGI, and through our front.

    python -m bench.web_front [--requests 20000] [--json FILE]

The same server, threads and clients (16 kept connections), in turns, so that both see the same noise. The
limit is Granian's WSGI interface, which gives a thread to a request before its body is there.
"""

import argparse
import asyncio
import statistics
import time
from pathlib import Path
from typing import Any, Final

import psutil
from bench import ground
from bench.commons import served

CONNECTIONS: Final = 16
ROUNDS: Final = 3
GET: Final = b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nCookie: a=b\r\n\r\n"
POST: Final = (
    b"POST /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n"
    + b"x" * 500
)


async def _ask(port: int, request: bytes, count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(count):
        writer.write(request)
        await reader.readuntil(b"hello")
    writer.close()


async def _ask_all(port: int, request: bytes, count: int) -> None:
    await asyncio.gather(*(_ask(port, request, count // CONNECTIONS) for _ in range(CONNECTIONS)))


def _cpu_of(port: int) -> float:
    """Return the CPU seconds of the server's processes."""
    servers = [one for one in psutil.Process().children(recursive=True) if str(port) in one.cmdline()]
    trees = [process for one in servers for process in (one, *one.children(recursive=True))]
    return sum(sum(process.cpu_times()[:2]) for process in {one.pid: one for one in trees}.values())


def measure(port: int, request: bytes, count: int) -> tuple[float, float]:
    """Return requests a second, and the server's CPU for each in microseconds."""
    before, began = _cpu_of(port), time.perf_counter()
    asyncio.run(_ask_all(port, request, count))
    return count / (time.perf_counter() - began), (_cpu_of(port) - before) / count * 1e6


def run(requests: int) -> dict[str, Any]:
    """Measure both ways in turns."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    kinds = {"GET": GET, "POST of 500 bytes": POST}
    with (
        served("bench.hello", "wsgi", "{port}") as wsgi,
        served("bench.hello", "front", "{port}") as front,
    ):
        for _ in range(ROUNDS):
            for name, port in (("Granian's WSGI", wsgi), ("our front", front)):
                for kind, request in kinds.items():
                    found.setdefault((name, kind), []).append(measure(port, request, requests))
    rows = [
        {
            "way": name,
            "request": kind,
            "per_s": round(statistics.median(one[0] for one in figures)),
            "cpu_us": round(statistics.median(one[1] for one in figures)),
        }
        for (name, kind), figures in found.items()
    ]
    cpu = {key: statistics.median(one[1] for one in figures) for key, figures in found.items()}
    ratios = {
        f"own CPU of a {kind}, front / WSGI": cpu["our front", kind] / cpu["Granian's WSGI", kind]
        for kind in kinds
    }
    return {"rows": rows, "ratios": ratios}


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--requests", type=int, default=20_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.requests), given.json)


if __name__ == "__main__":
    main()

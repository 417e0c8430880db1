"""How much faster two worker hosts take in data files than one.

    python -m bench.ingest_hosts [--records 100000] [--people 100000] [--json FILE]

``profiles ingest`` only follows; the files are read by the workers, one at a time each. Each worker is a
host of its own: it has a network of its own, where the machine lets us make one, and reaches PostgreSQL by
TCP. No one gave permission, so nothing is sent to ORCID. The rate is that between a fifth and four fifths
of the records, so starts and the last files do not count. On a machine with few cores PostgreSQL and two
hosts share them: "may be at most" is what the CPU alone allows here. Therefore the same is measured with
slow hosts, which are stopped half of the time, in turns: then there are cores enough, and what is left is
whether the hosts wait for each other.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from bench import ground, host_networks, intake
from bench.host_networks import Host

from profiles.infra.postgres.database import embedded_folder

HALF_A_TURN: Final = 0.05
FROM, TO = 0.2, 0.8


def tree(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return a host's processes that live."""
    try:
        top = psutil.Process(process.pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_of(hosts: list[subprocess.Popen[str]]) -> float:
    """Return the CPU seconds of the hosts' processes."""
    return sum(sum(one.cpu_times()[:2]) for host in hosts for one in tree(host))


@contextmanager
def half_speed(hosts: list[subprocess.Popen[str]]) -> Iterator[None]:
    """Stop the hosts half of the time: the first while the second runs."""
    over = threading.Event()

    def take_turns() -> None:
        turn = 0
        while not over.wait(HALF_A_TURN):
            turn += 1
            for number, host in enumerate(hosts):
                for process in tree(host):
                    with suppress(psutil.NoSuchProcess):
                        (process.resume if (number + turn) % 2 else process.suspend)()

    thread = threading.Thread(target=take_turns)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for host in hosts:
            for process in tree(host):
                with suppress(psutil.NoSuchProcess):
                    process.resume()


def measure(folder: Path, records: int, hosts_are: Sequence[Host], *, is_slow: bool) -> dict[str, float]:
    """Take in all files with these hosts."""
    url = os.environ["DATABASE_URL"]
    intake.clear(url)
    with ExitStack() as stack:
        meter = ground.Meter(os.getpid(), url)
        stack.callback(meter.close)
        hosts = [
            stack.enter_context(
                ground.child("profiles", "worker", before=host.words, DATABASE_URL=host.database_url(url))
            )
            for host in hosts_are
        ]
        if is_slow:
            stack.enter_context(half_speed(hosts))
        words = [sys.executable, "-m", "profiles", "ingest", "--processes", "0", "--quiet", str(folder)]
        follower = subprocess.Popen(words, cwd=ground.ROOT, stdout=subprocess.DEVNULL)
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        marks = [
            _when(connection, records * share, follower, lambda: (cpu_of(hosts), meter.postgres()))
            for share in (FROM, TO)
        ]
        if follower.wait(600):
            raise RuntimeError(f"{words} ended with {follower.returncode}")
    (began, first, (own, postgres)), (ended, last, (own_after, postgres_after)) = marks
    seconds, read = ended - began, last - first
    return {
        "records_per_s": round(read / seconds),
        "own_us": (own_after - own) / read * 1e6,
        "postgres_us": (postgres_after - postgres) / read * 1e6,
        "cores": (own_after - own + postgres_after - postgres) / seconds,
    }


def _when(connection: Any, records: float, follower: Any, look: Any) -> tuple[float, int, Any]:
    """Wait until so many records were read; return the moment, their exact number and what is seen then."""
    while True:
        read = connection.execute("SELECT coalesce(sum(lines), 0) FROM intake_ingestunit").fetchone()[0]
        if read >= records:
            return time.perf_counter(), int(read), look()
        if follower.poll() is not None:
            raise RuntimeError("it ended before")
        time.sleep(0.05)


def run(records: int, people: int) -> dict[str, Any]:
    """Measure one and two hosts, as fast as they can and at half their speed."""
    os.environ.update({**ground.WORDS, "PROFILES_VAR": str(ground.VAR), "LOG_LEVEL": "WARNING"})
    folder, rows = intake.files_of(records), list[dict[str, Any]]()
    with intake.database(folder, people), _two_hosts() as hosts:
        for is_slow in (False, True):
            for some in (hosts[:1], hosts):
                figures = measure(folder, records, some, is_slow=is_slow)
                rows.append({"row": f"{len(some)} {'slow ' if is_slow else ''}hosts", **figures})
    one, two, one_slow, two_slow = rows
    cores = os.cpu_count() or 1
    return {
        "records": records,
        "rows": rows,
        "ratios": {
            "two slow hosts / one (goal >= 1.8)": two_slow["records_per_s"] / one_slow["records_per_s"],
            "two hosts / one, on this machine": two["records_per_s"] / one["records_per_s"],
            f"... may be at most, by the CPU of {cores} cores": min(2.0, cores / one["cores"]),
            "CPU of a record, own and PostgreSQL's, two hosts / one": (two["own_us"] + two["postgres_us"])
            / (one["own_us"] + one["postgres_us"]),
        },
    }


@contextmanager
def _two_hosts() -> Iterator[list[Host]]:
    """Make two hosts with networks of their own; without the rights for that, two processes are used."""
    if not host_networks.is_possible():
        print("no networks of their own: that needs root and iproute2")
        yield [Host("first", (), ""), Host("second", (), "")]
        return
    host_networks.listen(os.environ["DATABASE_URL"], embedded_folder(ground.VAR))
    with host_networks.networks(2) as hosts:
        yield hosts


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--records", type=int, default=100_000)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.records, given.people), given.json)


if __name__ == "__main__":
    main()

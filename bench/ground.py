"""What benchmarks of the running service stand on: a database, an environment, and processes to measure."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

ROOT: Final = Path(__file__).resolve().parents[1]
VAR: Final = ROOT / "var" / "bench"
WORDS: Final = {
    "DJANGO_SETTINGS_MODULE": "profiles.config.settings",
    "PROFILES_MODE": "test",
    "SECRET_KEY_BASE": "benchmarks-only-" + "x" * 50,
    "PROFILES_VAULT_KEYS": base64.b64encode(b"0" * 32).decode(),
    "ORCID_CLIENT_ID": "APP-BENCH",
    "ORCID_CLIENT_SECRET": "bench",
    "PYTHONPATH": f"{ROOT / 'src'}",
    # The pace is not what is measured here.
    "PROFILES_ORCID_RATE": "1000000",
    "PROFILES_ORCID_BURST": "1000000",
}


@contextmanager
def database(filled: int = 0, /, **settings: str) -> Iterator[str]:
    """Make and migrate a new database, and set up Django in it; its address is in the environment, too.

    ``filled`` is the number of claims in it. ``settings`` replace or add to those of all benchmarks.
    """
    os.environ.update({**WORDS, "PROFILES_VAR": str(VAR), **settings})
    from profiles.infra.postgres import embedded

    with embedded.running(VAR) as url:
        name = f"bench_{os.getpid()}"
        like = f" TEMPLATE {_filled(url, filled)} STRATEGY FILE_COPY" if filled else ""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{like}")
        os.environ["DATABASE_URL"] = own = url.replace("/profiles?", f"/{name}?")
        try:
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"], cwd=ROOT, check=True
            )
            _start_django()
            yield own
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _filled(server: str, claims: int) -> str:
    """Return the name of a database with so many claims, which all benchmarks copy; make it once."""
    from bench import claims_list

    sources = [*ROOT.glob("src/profiles/*/migrations/0*.py"), Path(claims_list.__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:12]
    name, unfinished = f"filled_{claims}_{digest}", "filled_unfinished"
    with psycopg.connect(server, autocommit=True) as connection:
        for (found,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            if found == name:
                return name
            if found.startswith("filled_") and not found.endswith(digest):
                connection.execute(f"DROP DATABASE {found}")
        connection.execute(f"CREATE DATABASE {unfinished}")
        own = server.replace("/profiles?", f"/{unfinished}?")
        words = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"]
        subprocess.run(words, cwd=ROOT, env={**os.environ, "DATABASE_URL": own}, check=True)
        claims_list.fill(own, claims)
        connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def _start_django() -> None:
    import django
    import structlog

    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


@contextmanager
def child(
    *words: str, log: str = "", before: Sequence[str] = (), **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run one of our modules as a process; end it afterwards.

    ``before`` are words before the command, and ``environment`` is added to that of this process.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / log if log else Path(os.devnull)).open("w") as errors:
        process = subprocess.Popen(
            [*before, sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=errors if log else None,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout:
                process.stdout.close()


@dataclass(frozen=True)
class Cost:
    """What a stretch of work cost: seconds of CPU of the process and of PostgreSQL, and by the clock."""

    own: float
    postgres: float
    wall: float
    statements: int
    memory_mb: float


class Meter:
    """Measures one process and the database beside it."""

    def __init__(self, pid: int, url: str) -> None:
        self._process = psutil.Process(pid)
        self._connection = psycopg.connect(url, autocommit=True)
        folder = self._value("SHOW data_directory")
        self._postmaster = psutil.Process(int((Path(folder) / "postmaster.pid").read_text().split()[0]))

    def _value(self, query: str) -> Any:
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self._connection.close()
        self._process.resume()

    def postgres(self) -> float:
        """Return the CPU seconds that PostgreSQL's processes have spent."""
        spent = self._postmaster.cpu_times()
        total = spent.user + spent.system + spent.children_user + spent.children_system
        for process in self._postmaster.children():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total

    def statements(self) -> int:
        """Transactions so far; our workers' statements are one each. Counted about a second late."""
        time.sleep(1.2)
        self._connection.execute("SELECT pg_stat_clear_snapshot()")
        return int(self._value("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"))

    def measure(self, begin: Callable[[], object], done: str, *, seconds: float = 300) -> Cost:
        """Let the process loose on prepared work and say what it cost to the end; then it stands still.

        ``done`` is a cheap query that says whether the end is reached.
        """
        self._process.suspend()
        begin()
        before, polls = self.statements(), 1
        own, postgres, wall = self.spent()
        self._process.resume()
        while not self._value(done):
            polls += 1
            if time.perf_counter() - wall > seconds:
                raise TimeoutError(done)
            time.sleep(0.1)
        ends = self.spent()
        self._process.suspend()
        memory = self._process.memory_info().rss / 1e6
        statements = self.statements() - before - polls
        return Cost(ends[0] - own, ends[1] - postgres, ends[2] - wall, statements, memory)

    def spent(self) -> tuple[float, float, float]:
        """Return the CPU seconds of the process and of PostgreSQL, and the clock."""
        times = self._process.cpu_times()
        return times.user + times.system, self.postgres(), time.perf_counter()


def tell(result: dict[str, Any], kept_in: Path | None, *, digits: int = 2) -> None:
    """Print the rows as a table and the ratios below it; keep all of it where asked."""
    show(result["rows"])
    for name, value in result["ratios"].items():
        print(f"{name}: {value:.{digits}f}" if isinstance(value, float) else f"{name}: {value}")
    write_result(result, kept_in)


def write_result(result: dict[str, Any], kept_in: Path | None) -> None:
    """Write the result as JSON, where a file is named."""
    if kept_in:
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        kept_in.write_text(json.dumps(result, indent=1) + "\n")


def show(rows: list[dict[str, Any]]) -> None:
    """Print rows as a table."""
    heads = list(rows[0])
    widths = {h: max(len(h), *(len(_text(row.get(h))) for row in rows)) for h in heads}
    print("  ".join(f"{h:<{widths[h]}}" if n == 0 else f"{h:>{widths[h]}}" for n, h in enumerate(heads)))
    for row in rows:
        cells = ((h, _text(row.get(h))) for h in heads)
        print(
            "  ".join(
                f"{c:<{widths[h]}}" if n == 0 else f"{c:>{widths[h]}}" for n, (h, c) in enumerate(cells)
            )
        )


def _text(value: object) -> str:
    if value is None:
        return ""
    return (
        f"{value:,.2f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )

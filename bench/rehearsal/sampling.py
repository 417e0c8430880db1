"""Look at processes and tables every few seconds of a rehearsal."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

TABLES: Final = (
    "claims_claim",
    "claims_claimhistory",
    "claims_attempt",
    "claims_lane",
    "intake_doievent",
    "intake_doisnapshot",
    "intake_decision",
    "accounts_account",
    "consents_consent",
)
_WAITING: Final = """
SELECT (SELECT count(*) FROM intake_doievent WHERE due_at IS NOT NULL),
    (SELECT count(*) FROM claims_lane WHERE due_at <= now() OR leased_until IS NOT NULL),
    (SELECT count(*) FROM claims_lane WHERE due_at > now()),
    (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM claims_lane WHERE due_at <= now()),
    (SELECT coalesce(extract(epoch FROM now() - done_until), 0) FROM intake_harveststate
        WHERE name = 'updated'),
    pg_database_size(current_database())
"""


class Sampler:
    """Samples of CPU, memory and what waits, in the order of time."""

    def __init__(self, url: str, groups: Mapping[str, int], began: float) -> None:
        """Take the process of each group by its name; what a process started belongs to it."""
        self._connection = psycopg.connect(url, autocommit=True)
        folder = Path(self._value("SHOW data_directory"))
        postmaster = int((folder / "postmaster.pid").read_text().split()[0])
        self.groups: dict[str, int] = {**groups, "PostgreSQL": postmaster}
        self._began = began
        self._spent: dict[int, float] = {}
        self.samples: list[dict[str, Any]] = []
        self.cpu = dict.fromkeys(self.groups, 0.0)
        self._look_at_processes()
        self.cpu = dict.fromkeys(self.groups, 0.0)

    def _value(self, query: str) -> Any:
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None

    def take(self) -> dict[str, Any]:
        """Take a sample."""
        names = ("events", "lanes_due", "lanes_later", "oldest_due", "poll_lag", "database")
        row = self._connection.execute(_WAITING).fetchone() or ()
        memory = self._look_at_processes()
        sample = {
            "second": time.time() - self._began,
            **{name: float(value or 0) for name, value in zip(names, row, strict=False)},
            "cpu": dict(self.cpu),
            "memory": memory,
            "load": psutil.getloadavg()[0],
        }
        self.samples.append(sample)
        return sample

    def _look_at_processes(self) -> dict[str, float]:
        """Add up what each group spent since the last look; return each one's memory in MB."""
        memory: dict[str, float] = {}
        for name, pid in self.groups.items():
            memory[name] = 0.0
            for process in _tree(pid):
                try:
                    times, memory_info = process.cpu_times(), process.memory_info()
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
                spent = times.user + times.system
                self.cpu[name] += max(spent - self._spent.get(process.pid, 0.0), 0.0)
                self._spent[process.pid] = spent
                memory[name] += (memory_info.rss - memory_info.shared) / 1e6
        return memory

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return the rows and the bytes, indexes included, of each table that grows."""
        self._connection.execute("VACUUM ANALYZE")
        return {
            table: (
                int(self._value(f"SELECT count(*) FROM {table}")),
                int(self._value(f"SELECT pg_total_relation_size('{table}')")),
            )
            for table in TABLES
        }

    def bring_forward(self) -> dict[tuple[str, str], float]:
        """Let claims that wait for a later try be due now; return them with the seconds they would wait."""
        found = self._connection.execute(
            "SELECT orcid_id, doi, extract(epoch FROM due_at - now()) FROM claims_claim"
            " WHERE state = 'waiting' AND due_at > now()"
        ).fetchall()
        self._connection.execute(
            "UPDATE claims_claim SET due_at = now() WHERE state = 'waiting' AND due_at > now()"
        )
        self._connection.execute(
            "UPDATE claims_lane SET due_at = now() WHERE due_at > now() AND leased_until IS NULL"
        )
        return {(orcid_id, doi): float(seconds) for orcid_id, doi, seconds in found}

    def states(self) -> dict[str, int]:
        """Return how many claims are in each state."""
        found = self._connection.execute("SELECT state, count(*) FROM claims_claim GROUP BY state")
        return {str(state): int(count) for state, count in found}

    def problems(self) -> list[tuple[str, str, str, str]]:
        """Return the claims that are not done: record, DOI, state and problem."""
        found = self._connection.execute(
            "SELECT orcid_id, doi, state, problem FROM claims_claim WHERE state <> 'done' LIMIT 1000"
        )
        return [tuple(map(str, row)) for row in found]  # type: ignore[misc]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _tree(pid: int) -> list[psutil.Process]:
    """Return a process with those that it started; only itself for this one, which started all others."""
    try:
        process = psutil.Process(pid)
        if pid == os.getpid():
            return [process]
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []

"""Measure what mapping costs, by the processor time of the shortest of several rounds for each record.

    python -m bench.mapping FILE... [--against CHECKOUT]

``CHECKOUT`` is another version with its own ``.venv``: the two take turns, so that other load meets both.
"""

import argparse
import json
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

ROUNDS = 12
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print the sum over all records and the median of one, and how they compare with the other version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--one-side", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_side:
        measure(options.files)
        return
    files = [str(file.resolve()) for file in options.files]
    sides = {"this version": (sys.executable, ROOT)}
    if options.against:
        sides["the other"] = (str(options.against / ".venv/bin/python"), options.against)
    results = compare(sides, files)
    for name, best in results.items():
        total = f"{len(best)} records, {sum(best) / 1e6:.0f} ms in all"
        print(f"{name}: {total}, {median(best):.1f} µs for the median")
    if len(results) > 1:
        this, other = results.values()
        total = f"{sum(this) / sum(other):.2f} times in all"
        print(f"{total}, {median(this) / median(other):.2f} times for the median")


def compare(sides: dict[str, tuple[str, Path]], files: list[str]) -> dict[str, list[int]]:
    """Let each side map all records in turn; return the shortest time of each record."""
    running = {
        name: subprocess.Popen(
            [python, __file__, "--one-side", *files],
            env={"PYTHONPATH": str(root / "src"), "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, (python, root) in sides.items()
    }
    best: dict[str, list[int]] = {}
    for _ in range(ROUNDS):
        for name, process in running.items():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            times = json.loads(process.stdout.readline())
            best[name] = list(map(min, times, best.get(name, times)))
    for process in running.values():
        process.communicate("")
    return best


def measure(files: list[Path]) -> None:
    """Map all records once for each line that comes in; write how many nanoseconds each took."""
    from profiles.domain.mapping.works import map_work

    try:
        reader = import_module("profiles.domain.records.doi_record")
    except ModuleNotFoundError:  # where it was before October 2026
        reader = import_module("profiles.domain.doi_record")
    records = []
    for path in files:
        for line in path.read_bytes().splitlines():
            try:
                records.append(reader.read_doi_record(line))
            except reader.BrokenRecordError:
                continue
    for _ in sys.stdin:
        times = []
        for record in records:
            began = time.thread_time_ns()
            map_work(record)
            times.append(time.thread_time_ns() - began)
        print(json.dumps(times), flush=True)


def median(times: list[int]) -> float:
    """Return the median in microseconds."""
    return sorted(times)[len(times) // 2] / 1e3


if __name__ == "__main__":
    main()

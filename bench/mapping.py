"""Measure what mapping costs: the shortest of several rounds for each record, so other load does not matter.

    python -m bench.mapping FILE... [--source DIRECTORY]

``--source`` is the ``src`` of another version to compare with, in a run of its own.
"""

import argparse
import sys
import time
from pathlib import Path

ROUNDS = 12


def main() -> None:
    """Print the sum over all records, and the median of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--source", default="")
    options = parser.parse_args()
    if options.source:
        sys.path.insert(0, options.source)
    from profiles.domain.mapping.works import map_work
    from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record

    records = []
    for path in options.files:
        for line in path.read_bytes().splitlines():
            try:
                records.append(read_doi_record(line))
            except BrokenRecordError:
                continue
    best = [float("inf")] * len(records)
    for _ in range(ROUNDS):
        for place, record in enumerate(records):
            began = time.perf_counter()
            map_work(record)
            best[place] = min(best[place], time.perf_counter() - began)
    median = sorted(best)[len(best) // 2]
    print(f"{len(records)} records: {sum(best) * 1e3:.0f} ms in all, {median * 1e6:.1f} µs for the median")


if __name__ == "__main__":
    main()

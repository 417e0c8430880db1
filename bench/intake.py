"""How fast data files go through intake, beside what reading them costs at least.

    python -m bench.intake [--records 100000] [--json FILE]

Every figure is measured in a process of its own, in the same run. "own" is the process's CPU time: it
holds on a busy machine. Two processes are told by the clock, which needs two idle cores, and by the CPU
that the slower one took. The raw limits are the unpacking of the files, and the unpacking with the typed
reading of every record. "matched" is everything that is done with a record that names nobody enrolled,
and the reading, change detection and naming of the event for those that do; "kept" adds the database:
events, snapshots, decisions and claims, in the batches of the live path.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.ground import Meter, write_result
from bench.records import Generator, enrolled_ids, write_parts

from profiles.infra import gc_tuning

ROOT: Final = Path(__file__).resolve().parents[1]
EACH: Final = 10_000
"""Records in a file, as in DataCite's."""
MILLION: Final = 1_000_000
THOUSAND: Final = 1_000


def files_of(records: int) -> Path:
    """Return the folder with the records, made once."""
    folder = ROOT / "var" / "bench" / f"records-{records}"
    if not (folder / "made.json").exists():
        size = write_parts(folder, records=records, parts=max(records // EACH, 2))
        (folder / "made.json").write_text(json.dumps({"records": records, "bytes": size}))
    return folder


def units(folder: Path, part: str) -> list[Any]:
    """Return the files to read; ``part`` is "all", or one of two halves."""
    from profiles.intake.dump import units_of

    found = [unit for unit in units_of(str(folder)) if unit.name.startswith("part_")]
    return found if part == "all" else found[int(part) :: 2]


def unpack(folder: Path, part: str, _count: int) -> int:
    """Raw limit: unpack and cut into lines."""
    from profiles.intake.dump import line_batches

    return sum(len(lines) for unit in units(folder, part) for lines in line_batches(unit))


def glance(folder: Path, part: str, _count: int) -> int:
    """Raw limit: unpack, and read every record as far as its name identifiers."""
    from profiles.domain.records.sighting import Glance

    return _decode_all(folder, part, Glance)


def parse(folder: Path, part: str, _count: int) -> int:
    """Raw limit: unpack, and read of every record what matching and the noticing of changes look at."""
    import msgspec

    from profiles.domain.records.display import Funding, Person, RelatedIdentifier

    class Attributes(msgspec.Struct, rename="camel", gc=False):
        state: str | None = None
        updated: str | None = None
        creators: list[Person] | None = None
        contributors: list[Person] | None = None
        related_identifiers: list[RelatedIdentifier] | None = None
        funding_references: list[Funding] | None = None

    class Record(msgspec.Struct, gc=False):
        id: str
        attributes: Attributes

    return _decode_all(folder, part, Record)


def _decode_all(folder: Path, part: str, kind: type) -> int:
    import msgspec

    from profiles.intake.dump import line_batches

    decode: Callable[[bytes], object] = msgspec.json.Decoder(kind).decode
    seen = 0
    for unit in units(folder, part):
        for lines in line_batches(unit):
            for line in lines:
                decode(line)
            seen += len(lines)
    return seen


def match(folder: Path, part: str, count: int) -> int:
    """Match every record against the enrolled, and find the change of those that concern somebody."""
    from profiles.domain.eligibility.case import Source
    from profiles.domain.matching.enrolled import EnrolledIds, SeenDois, Watch
    from profiles.domain.records.sighting import read_sighting
    from profiles.intake.dump import line_batches
    from profiles.pipeline.intake.incoming import incoming_of

    watch = Watch(EnrolledIds(enrolled_ids(_people(folder), count=count)), SeenDois())
    _ready()
    seen = 0
    for unit in units(folder, part):
        for lines in line_batches(unit):
            found = watch.sift(lines)
            for _line, raw in found.concerning:
                incoming_of(read_sighting(raw), Source.FILE)
            seen += found.records
    return seen


def keep(folder: Path, part: str, count: int) -> int:
    """The whole path of ``profiles ingest``, with the database."""
    from profiles.pipeline.intake.data_file import ingest_unit
    from profiles.pipeline.intake.enrolled import FILE_CHECK_INTERVAL, EnrolledIdsCache

    del count
    watch = EnrolledIdsCache(check_interval=FILE_CHECK_INTERVAL)
    watch.get()
    _ready()
    return sum(ingest_unit(unit, watch.get).records for unit in units(folder, part))


def _people(folder: Path) -> Generator:
    made = json.loads((folder / "made.json").read_text())
    return Generator(records=made["records"])


MEASURES: Final[dict[str, Callable[[Path, str, int], int]]] = {
    "unpack": unpack,
    "glance": glance,
    "parse": parse,
    "match": match,
    "keep": keep,
}
_began = [0.0, 0.0]


def _ready() -> None:
    """Begin to count: what was loaded before is not intake."""
    gc.collect()
    gc_tuning.freeze_and_relax()
    _began[:] = [time.process_time(), time.perf_counter()]


def measure(name: str, folder: Path, part: str, count: int) -> dict[str, float]:
    """Run one measurement in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    if name in {"match", "keep"}:
        import django
        import structlog

        django.setup()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    _ready()
    records = MEASURES[name](folder, part, count)
    own, wall = time.process_time() - _began[0], time.perf_counter() - _began[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"records": records, "own": own, "wall": wall, "memory_mb": memory}


class Bench:
    """Runs the measurements in child processes and collects the rows."""

    def __init__(self, records: int, repeats: int) -> None:
        self.folder = files_of(records)
        self.bytes = json.loads((self.folder / "made.json").read_text())["bytes"]
        self.records = records
        self.repeats = repeats
        self.rows: list[dict[str, Any]] = []

    def run(
        self, row: str, name: str, *, count: int = 0, processes: int = 1, repeats: int = 0
    ) -> dict[str, Any]:
        """Measure, take the best of the repeats (noise only ever adds), and keep the row."""
        tries = [self._once(name, count, processes) for _ in range(repeats or self.repeats)]
        best = min(tries, key=lambda t: t["own"] if processes == 1 else t["wall"])
        seconds = best["own"] if processes == 1 else best["wall"]
        found = {
            "row": row,
            "processes": processes,
            "enrolled": count,
            "records_per_s": round(self.records / seconds),
            "mb_per_s": round(self.bytes / 1e6 / seconds),
            "us_per_record": round(seconds / self.records * 1e6, 2),
            "memory_mb": round(best["memory_mb"]),
            "by": "own CPU" if processes == 1 else "wall",
            "wall": round(best["wall"], 2),
            "slowest_own": min(t["slowest_own"] for t in tries),
        }
        self.rows.append(found)
        return found

    def _once(self, name: str, count: int, processes: int) -> dict[str, float]:
        parts = ["all"] if processes == 1 else [str(n) for n in range(processes)]
        words = [sys.executable, "-m", "bench.intake", "--measure", name, str(self.folder)]
        words += ["--count", str(count)]
        began = [
            subprocess.Popen([*words, "--part", part], stdout=subprocess.PIPE, cwd=ROOT) for part in parts
        ]
        said = [json.loads(child.communicate(timeout=600)[0]) for child in began]
        return {
            "own": sum(s["own"] for s in said),
            "slowest_own": max(s["own"] for s in said),
            "wall": max(s["wall"] for s in said),
            "memory_mb": max(s["memory_mb"] for s in said),
        }


@contextmanager
def database(folder: Path, count: int) -> Iterator[None]:
    """A database of its own with so many enrolled people, named to the children by their environment."""
    import psycopg

    from profiles.infra.postgres import embedded

    with embedded.running(ROOT / "var" / "bench") as url:
        name = f"bench_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        os.environ["DATABASE_URL"] = url.replace("/profiles?", f"/{name}?")
        subprocess.run([sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"], cwd=ROOT, check=True)
        _enrol(os.environ["DATABASE_URL"], folder, count)
        try:
            yield
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _enrol(url: str, folder: Path, count: int) -> None:
    """Put the enrolled people into the database by COPY; none since before their works, so all is claimed."""
    import psycopg

    columns = (
        "orcid_id, password, name, given_names, family_name, other_names, organisation, role, provider_id,"
        " client_id, beta_tester, is_public, auto_update_since, language, rules, is_active, created_at,"
        " updated_at"
    )
    tail = (
        *([""] * 4),
        "{}",
        "",
        "user",
        "",
        "",
        "f",
        "t",
        "2012-01-01",
        "",
        "{}",
        "t",
        *(["2012-01-01"] * 2),
    )
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy(f"COPY accounts_account ({columns}) FROM STDIN") as copy:
            known = set()
            for orcid_id in enrolled_ids(_people(folder), count=count):
                if orcid_id not in known:
                    known.add(orcid_id)
                    copy.write_row((orcid_id, *tail))
        cursor.execute("ANALYZE")


def clear(url: str) -> None:
    """Empty what an ingest filled, so that the next one does the same work."""
    import psycopg

    tables = (
        "intake_doievent, intake_doisnapshot, intake_decision, intake_ingestunit, claims_claim, claims_lane"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} CASCADE")


def run(records: int = 200_000, *, repeats: int = 3) -> dict[str, Any]:
    """Measure everything and return rows and ratios."""
    bench = Bench(records, repeats)
    bench.run("unpack only (limit)", "unpack")
    least = bench.run("name identifiers only (limit)", "glance")
    limit = bench.run("unpack and parse (limit)", "parse")
    thousand = bench.run("matched, changes found", "match", count=THOUSAND)
    between = [
        (count, bench.run("matched, changes found", "match", count=count)["us_per_record"])
        for count in (10 * THOUSAND, 100 * THOUSAND)
    ]
    million = bench.run("matched, changes found", "match", count=MILLION)
    alone = bench.run("matched, by the clock", "match", count=MILLION)
    alone["by"], alone["records_per_s"] = "wall", round(records / alone["wall"])
    two = bench.run("matched, changes found", "match", count=MILLION, processes=2)
    with database(bench.folder, MILLION):
        kept, spent = [], []
        meter = Meter(os.getpid(), os.environ["DATABASE_URL"])
        for _ in range(2):
            clear(os.environ["DATABASE_URL"])
            before = meter.postgres()
            kept.append(bench.run("kept: decisions and claims too", "keep", count=MILLION, repeats=1))
            spent.append(meter.postgres() - before)
        meter.close()
        bench.rows.remove(max(kept, key=lambda row: row["us_per_record"]))
        concerned = _concerned(os.environ["DATABASE_URL"])
    whole = min(kept, key=lambda row: row["us_per_record"])
    more_than_matching = (whole["us_per_record"] - million["us_per_record"]) * records
    return {
        "records": records,
        "bytes": bench.bytes,
        "concerned": concerned,
        "rows": bench.rows,
        "growth": {
            "what": "enrolled people",
            "unit": "µs a record",
            "curves": {
                "matched": [
                    (THOUSAND, thousand["us_per_record"]),
                    *between,
                    (MILLION, million["us_per_record"]),
                ]
            },
            "most": 1.3,
        },
        "ratios": {
            "matched / parse limit (goal >= 0.75)": million["records_per_s"] / limit["records_per_s"],
            "matched / reading name identifiers only": million["records_per_s"] / least["records_per_s"],
            "kept, with decisions and claims / parse limit (goal >= 0.6)": whole["records_per_s"]
            / limit["records_per_s"],
            "two processes / one, by the clock (goal >= 1.8)": two["records_per_s"] / alone["records_per_s"],
            "two processes / one, by their own CPU": million["slowest_own"] / two["slowest_own"],
            "cost at a million / at a thousand enrolled (goal <= 1.15)": million["us_per_record"]
            / thousand["us_per_record"],
            "a decision with its claim, own CPU, µs": more_than_matching / concerned["decisions"],
            "a decision with its claim, PostgreSQL's CPU, µs": min(spent) / concerned["decisions"] * 1e6,
            "memory of a process, MB (goal <= 350)": max(million["memory_mb"], whole["memory_mb"]),
        },
    }


def _concerned(url: str) -> dict[str, int]:
    import psycopg

    with psycopg.connect(url) as connection:
        return {
            what: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
            for what, table in (
                ("decisions", "intake_decision"),
                ("claims", "claims_claim"),
                ("DOIs", "intake_doisnapshot"),
            )
        }


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    print(f"{result['records']:,} records, {result['bytes'] / 1e6:,.0f} MB unpacked, {result['concerned']}")
    heads = ("row", "processes", "enrolled", "records_per_s", "mb_per_s", "us_per_record", "memory_mb", "by")
    print(" | ".join(f"{head:>14}" if head != "row" else f"{head:<32}" for head in heads))
    for row in result["rows"]:
        print(" | ".join(f"{row[h]:>14,}" if h not in {"row", "by"} else f"{row[h]:<32}" for h in heads))
    for name, value in result["ratios"].items():
        print(f"{name}: {value:.2f}")


def main() -> None:
    """Run all, or one measurement in this process."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--records", type=int, default=100_000)
    words.add_argument("--repeats", type=int, default=2)
    words.add_argument("--json", type=Path, help="where to write the result")
    words.add_argument("--measure", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    words.add_argument("--part", default="all", help=argparse.SUPPRESS)
    words.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure[0], Path(given.measure[1]), given.part, given.count)))
        return
    os.environ.setdefault("PROFILES_MODE", "test")
    result = run(given.records, repeats=given.repeats)
    show(result)
    write_result(result, given.json)


if __name__ == "__main__":
    main()

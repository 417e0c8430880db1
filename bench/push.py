"""How fast claims become works at ORCID, beside what posting ready bodies costs at least.

    python -m bench.push [--json FILE]

Beside it, too, the usual way: a job for each claim (bench.push_peer). A real worker process on a database of
its own, and an ORCID that answers at once (bench.instant_orcid).
"own" is the worker's CPU time, system included: it holds on a busy machine. Larger runs by environment:
PROFILES_BENCH_CLAIMS (4000), PROFILES_BENCH_ROUNDS (2), PROFILES_BENCH_BACKLOG (100000),
PROFILES_BENCH_MEMORY (50000).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from bench import ground
from bench.ground import ROOT, VAR, Cost, Meter

CLAIMS: Final = int(os.environ.get("PROFILES_BENCH_CLAIMS", "4000"))
ROUNDS: Final = int(os.environ.get("PROFILES_BENCH_ROUNDS", "2"))
BACKLOG: Final = int(os.environ.get("PROFILES_BENCH_BACKLOG", "100000"))
IN_BULK: Final = 100
LONG_LANE: Final = 20_000
WARM: Final = 1_000
MEMORY_CLAIMS: Final = int(os.environ.get("PROFILES_BENCH_MEMORY", "50000"))
PEER: Final = "a Procrastinate job for each claim (peer)"
NEW: Final = "new works, one a person (P1)"
SETTLED: Final = "SELECT NOT EXISTS (SELECT FROM claims_lane WHERE due_at IS NOT NULL)"


class Bench:
    """One run: the world is made first, then a worker works through it."""

    def __init__(self, url: str, orcid: str) -> None:
        self.url = url
        self.orcid = orcid
        self.rows: list[dict[str, Any]] = []

    def limit(self, row: str, path: str, bodies: list[bytes], *, each: int = 1) -> float:
        """Post ready bodies with a bare client; return claims a second of its own CPU time."""
        file = VAR / "bodies.msgpack"
        file.write_bytes(msgspec.msgpack.encode(bodies))
        words = [sys.executable, "-m", "bench.bare_client", self.orcid, str(file), path]
        tries = [
            json.loads(subprocess.run(words, cwd=ROOT, check=True, capture_output=True).stdout)
            for _ in range(ROUNDS)
        ]
        best = min(tries, key=lambda t: t["own"])
        claims = int(best["calls"]) * each
        self.rows.append(_row(row, claims, best["own"], wall=best["wall"]))
        return claims / float(best["own"])

    def add(self, row: str, claims: int, costs: list[Cost]) -> float:
        """Keep the best of several costs (noise only ever adds); return claims a second of own CPU time."""
        best = min(costs, key=lambda cost: cost.own)
        self.rows.append(
            _row(
                row,
                claims,
                best.own,
                wall=best.wall,
                postgres=best.postgres,
                statements=best.statements,
                memory=best.memory_mb,
            )
        )
        return claims / best.own


def _row(
    name: str,
    claims: int,
    own: float,
    *,
    wall: float,
    postgres: float | None = None,
    statements: int | None = None,
    memory: float | None = None,
) -> dict[str, Any]:
    return {
        "row": name,
        "claims": claims,
        "claims_per_s": round(claims / own),
        "own_us": round(own / claims * 1e6, 1),
        "postgres_us": None if postgres is None else round(postgres / claims * 1e6, 1),
        "statements_per_claim": None if statements is None else round(statements / claims, 3),
        "wall_s": round(wall, 2),
        "memory_mb": None if memory is None else round(memory),
    }


def run() -> dict[str, Any]:
    """Measure everything; return rows and ratios."""
    with ground.database() as url, ground.child("bench.instant_orcid") as orcid:
        assert orcid.stdout is not None
        address = f"http://127.0.0.1:{orcid.stdout.readline().strip()}"
        os.environ["ORCID_API_URL"] = os.environ["API_URL"] = address
        bench = Bench(url, address)
        from bench.push_writes import measure_writes

        ratios = measure_writes(url, bench.rows)
        ratios |= _pushes(bench)
        return {"claims": CLAIMS, "rows": bench.rows, "ratios": ratios}


def _pushes(bench: Bench) -> dict[str, float]:
    from bench import push_peer
    from bench import push_world as world

    ids = world.people(max(CLAIMS * ROUNDS, push_peer.NEEDED))
    dois, bodies = world.works(CLAIMS)
    print(f"{CLAIMS:,} claims a round, bodies of {statistics.median(map(len, bodies)):,.0f} bytes (median)")
    single = bench.limit("bare client, ready bodies (limit)", "/v3.0/0000-0000-0000-0000/work", bodies)
    mapping = min(world.mapping(dois) for _ in range(ROUNDS))
    bench.rows.append(_row("mapping alone, a part of P1", CLAIMS, mapping, wall=mapping))
    bulk_bodies = [b'{"bulk":[' + b",".join(b'{"work":' + one + b"}" for one in some) + b"]}"
                   for some in world.batches(bodies, IN_BULK)]  # fmt: skip
    in_bulk = bench.limit(
        "bare client, bodies of 100 (limit)", "/v3.0/0000-0000-0000-0000/works", bulk_bodies, each=IN_BULK
    )
    pairs = [(who, dois[place % len(dois)]) for place, who in enumerate(ids[: push_peer.NEEDED])]
    bench.add(PEER, push_peer.CLAIMS, push_peer.measure(bench.url, bench.orcid, pairs))
    with ground.child("profiles", "worker", "--no-jobs", log="push_worker.log") as worker:
        meter = Meter(worker.pid, bench.url)
        # Of both kinds: what the first bulk needs is no growth. Five people's bulks, and one claim each.
        many = [(ids[place % 5], doi) for place, doi in enumerate(dois[: WARM // 2])]
        alone = list(zip(ids[5:], dois, strict=False))[: WARM // 2]
        warm = meter.measure(lambda: world.request([*many, *alone]), SETTLED)
        ratios = _rounds(bench, meter, ids, dois, (single, in_bulk))
        ratios |= _beside_peer(bench.rows)
        ratios["posting alone / posting and mapping (the most that P1 can be)"] = 1 / (
            1 + mapping / CLAIMS * single
        )
        ratios |= _memory(meter, ids, dois, warm)
        ratios |= _long_lane(bench, meter, dois)
        meter.close()
    return ratios


def _rounds(
    bench: Bench, meter: Meter, ids: list[str], dois: list[str], limits: tuple[float, float]
) -> dict[str, float]:
    from bench import push_world as world

    costs: dict[str, list[Cost]] = {"new": [], "same": [], "bulk": []}
    for number in range(ROUNDS):
        mine = ids[number * CLAIMS : (number + 1) * CLAIMS]
        # Shifted, so that the claims of warming up are not met again.
        pairs = [(who, dois[(place + 1) % CLAIMS]) for place, who in enumerate(mine)]
        costs["new"].append(meter.measure(lambda p=pairs: world.request(p), SETTLED))  # type: ignore[misc]
        costs["same"].append(meter.measure(lambda p=pairs: world.request(p), SETTLED))  # type: ignore[misc]
        few = [(mine[-1 - place // IN_BULK], doi) for place, doi in enumerate(dois)]
        few = [pair for pair in few if pair not in set(pairs)]
        costs["bulk"].append(meter.measure(lambda p=few: world.request(p), SETTLED))  # type: ignore[misc]
    new = bench.add(NEW, CLAIMS, costs["new"])
    same = bench.add("unchanged works again (P3)", CLAIMS, costs["same"])
    many = bench.add("new works, 100 a person, in bulk", len(few), costs["bulk"])
    return {
        "new works / limit (P1; 0.20 to 0.22 before)": new / limits[0],
        "unchanged / limit (P3, goal >= 2.0)": same / limits[0],
        "new works in bulk / limit of bulk": many / limits[1],
    }


def _memory(meter: Meter, ids: list[str], dois: list[str], warm: Cost) -> dict[str, float]:
    """Ask for all works again until there were 100,000 claims; compare the memory with that at first."""
    from bench import push_world as world

    pairs = [(who, dois[(place + 1) % CLAIMS]) for place, who in enumerate(ids[: CLAIMS * ROUNDS])]
    claims = WARM + 3 * len(pairs)
    last = meter.measure(lambda: None, SETTLED)
    while claims < MEMORY_CLAIMS:
        last = meter.measure(lambda: world.request(pairs), SETTLED)
        claims += len(pairs)
    return {
        f"memory after {claims:,} claims / after {WARM:,} (P11, goal <= 1.1)": last.memory_mb / warm.memory_mb
    }


def _beside_peer(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Say how many times as many claims a second of CPU go our way as by a job for each."""
    costs = {row["row"]: row for row in rows}
    return {
        f"ours / a job per claim, claims by {whose} CPU": costs[PEER][cost] / costs[NEW][cost]
        for whose, cost in (("own", "own_us"), ("PostgreSQL's", "postgres_us"))
    }


def _long_lane(bench: Bench, meter: Meter, dois: list[str]) -> dict[str, float]:
    """With a long backlog behind: other people's claims, without and with one who has 20,000 in front."""
    from bench import push_world as world

    world.backlog(bench.url, BACKLOG, after=5_000_000)
    found = []
    for number, long in enumerate((False, True)):
        others = world.people(CLAIMS, after=2_000_000 + number * 100_000)
        (giant,) = world.people(1, after=3_000_000 + number)

        def begin(others: list[str] = others, giant: str = giant, *, long: bool = long) -> None:
            world.request(list(zip(others, dois, strict=True)))
            world.stand_before(bench.url, others, hours=2)
            if long:
                world.long_lane(bench.url, giant, dois, LONG_LANE)

        ids = ",".join(f"'{who}'" for who in others)
        done = f"SELECT NOT EXISTS (SELECT FROM claims_lane WHERE due_at IS NOT NULL AND orcid_id IN ({ids}))"
        cost = meter.measure(begin, done)
        finished, delay = _finished(bench.url, giant, others)
        name = f"{BACKLOG:,} waiting" + (f", {LONG_LANE:,} of one in front (P2)" if long else "")
        found.append((bench.add(name, finished, [cost]), delay, cost))
    (without, delay, cost), (with_long, delayed, cost_long) = found
    return {
        "with a long lane / without, own CPU (P2, goal >= 0.9)": with_long / without,
        "with a long lane / without, delay of others (median)": delayed / delay,
        "with a long lane / without, others by the clock": cost.wall / cost_long.wall,
    }


def _finished(url: str, giant: str, others: list[str]) -> tuple[int, float]:
    """Return how many claims came to an end in this stretch, and the others' median delay in it."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at)) FILTER"
            " (WHERE orcid_id <> %(giant)s) - min(extract(epoch FROM started_at))::float8 FROM claims_claim"
            " WHERE sent_at IS NOT NULL AND (orcid_id = %(giant)s OR orcid_id = ANY(%(others)s))",
            {"giant": giant, "others": others},
        ).fetchone()
    assert row is not None
    return int(row[0]), float(row[1])


def main() -> None:
    """Run, print, and keep the figures."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(), given.json)


if __name__ == "__main__":
    main()

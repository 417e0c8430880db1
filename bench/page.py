"""The page of the benchmarks' results: docs/bench.md, with the pictures of growth."""

import json
import os
import platform
import re
import time
from collections.abc import Mapping
from typing import Any, Final

import psutil
from bench import growth
from bench.ground import ROOT, VAR

_GOAL: Final = re.compile(r",? ?goal (<=|>=) ([\d.,]*\d)")
PAGE: Final = ROOT / "docs" / "bench.md"
PICTURES: Final = ROOT / "docs" / "bench"
_HEAD: Final = """\
# Benchmarks

`make bench` writes this page; `python -m bench NAME` one part of it. Each figure is measured beside its
limit, and beside its peer where that is installed, in the same run. Absolute figures belong to the machine;
ratios travel. "own" is the CPU time of the process alone and "postgres" that of PostgreSQL, which hold on a
busy machine; times by the clock do not. "spread" is how far apart repeated measurements are, as a part of
their median. A goal is in brackets beside its figure. The load is that of the machine when the part ended:
over its number of cores, other work was under way. Goals in milliseconds were set on a machine on which the
bare client of `push` spends 50 µs on a call: where it spends more, read them with that factor.
"""


def note_run(name: str, seconds: float) -> None:
    """Write into a result when it was made, and on which machine."""
    file = VAR / f"{name}.json"
    memory = psutil.virtual_memory().total / 2**30
    run = {
        "date": f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GB of memory, Python {platform.python_version()}",
        "load": psutil.getloadavg()[0],
        "seconds": seconds,
    }
    file.write_text(json.dumps({**json.loads(file.read_text()), "run": run}, indent=1) + "\n")
    print(f"{name} took {seconds:.0f} s", flush=True)


def write(names: list[str]) -> None:
    """Write the last results of these benchmarks."""
    results = {}
    for name in names:
        file = VAR / f"{name}.json"
        if file.exists() and "run" in (result := json.loads(file.read_text())):
            results[name] = result
    parts = [_HEAD, *goals(results)]
    for name, result in results.items():
        parts += _part(name, result)
    PAGE.write_text("\n".join(parts).rstrip() + "\n")


def goals(results: Mapping[str, Any]) -> list[str]:
    """Return a table of all goals, those that are not met first."""
    rows = []
    for name, result in results.items():
        for what, figure in result.get("ratios", {}).items():
            if found := _GOAL.search(what):
                sign, goal = found[1], float(found[2].replace(",", ""))
                is_met = figure <= goal if sign == "<=" else figure >= goal
                words = what.replace(found[0], "").replace("(, ", "(").replace("()", "").strip()
                row = f"| {name.replace('_', ' ')} | {words} | {sign} {goal:g} | {_text(figure)} |"
                rows.append((is_met, f"{row} {'yes' if is_met else '**no**'} |"))
    if not rows:
        return []
    head = ["## Goals", "", "| benchmark | figure | goal | measured | met |", "|---|---|---|---|---|"]
    return [*head, *(row for _, row in sorted(rows, key=lambda row: row[0])), ""]


def _part(name: str, result: dict[str, Any]) -> list[str]:
    run = result["run"]
    when = f"{run['date']}, {run['machine']}, load {run['load']:.1f}, {run['seconds']:.0f} s."
    lines = [f"## {name.replace('_', ' ')}", "", f"`python -m bench {name}`: {when}", ""]
    heads = [head for head in result["rows"][0] if not isinstance(result["rows"][0][head], dict)]
    lines += [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [f"| {' | '.join(_text(row.get(head)) for head in heads)} |" for row in result["rows"]]
    lines += ["", *(f"- {what}: {_text(value)}" for what, value in result.get("ratios", {}).items()), ""]
    if "growth" in result:
        file, description = growth.write_picture(name, result["growth"], PICTURES)
        lines += [f"![{description}]({file.relative_to(PAGE.parent)})", ""]
    return lines


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)

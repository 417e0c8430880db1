"""The page of the benchmarks' results: docs/bench.md, with the pictures of growth."""

import json
import os
import platform
import time
from typing import Any, Final

import psutil
from bench import growth
from bench.ground import ROOT, VAR

PAGE: Final = ROOT / "docs" / "bench.md"
PICTURES: Final = ROOT / "docs" / "bench"
_HEAD: Final = """\
# Benchmarks

`make bench` wrote this page: {date}, {cores} cores, {memory:.0f} GB of memory, Python {python}, load of the
machine {load:.1f} at the end, {minutes:.0f} minutes in all. Each figure is measured beside its limit, and
beside its peer where that is installed, in the same run. Absolute figures belong to this machine; ratios
travel. "own" is the CPU time of the process alone and "postgres" that of PostgreSQL, which hold on a busy
machine; times by the clock do not. "spread" is how far apart repeated measurements are, as a part of their
median. A goal stands in brackets beside its figure.
"""


def write(names: list[str], seconds: dict[str, float]) -> None:
    """Write the results of these benchmarks."""
    parts = [
        _HEAD.format(
            date=f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
            cores=os.cpu_count(),
            memory=psutil.virtual_memory().total / 2**30,
            python=platform.python_version(),
            load=psutil.getloadavg()[0],
            minutes=sum(seconds.values()) / 60,
        )
    ]
    for name in names:
        file = VAR / f"{name}.json"
        if file.exists():
            parts += _part(name, json.loads(file.read_text()), seconds.get(name))
    PAGE.write_text("\n".join(parts).rstrip() + "\n")


def _part(name: str, result: dict[str, Any], seconds: float | None) -> list[str]:
    took = "" if seconds is None else f" It took {seconds:.0f} s."
    lines = [f"## {name.replace('_', ' ')}", "", f"`python -m bench.{name}`.{took}", ""]
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

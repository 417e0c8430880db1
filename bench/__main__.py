"""Run benchmarks, one after the other, and keep their figures.

    python -m bench [NAME ...]

Each measures its own raw limit in the same run, prints a table beside it, and leaves JSON in var/bench/. A
growth curve that loses its shape fails the run. docs/bench.md shows the last run of each. Without a name all
are run.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench import growth, page

ROOT: Final = Path(__file__).resolve().parents[1]


def names() -> list[str]:
    """Return the benchmarks there are: the modules here that can write their figures."""
    found = Path(__file__).parent.glob("*.py")
    return sorted(path.stem for path in found if '"--json"' in path.read_text() and path.stem != "__main__")


def main() -> None:
    """Run those that were named, or all."""
    wanted = sys.argv[1:] or names()
    if unknown := set(wanted) - set(names()):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    wrong = list[str]()
    for name in wanted:
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        words = [sys.executable, "-m", f"bench.{name}", "--json", f"var/bench/{name}.json"]
        if subprocess.run(words, cwd=ROOT, check=False).returncode:
            wrong.append(f"{name} did not come to an end")
        else:
            page.note_run(name, time.monotonic() - began)
        wrong += bad_shapes(name)
    page.write(names())
    if wrong:
        sys.exit("\n".join(wrong))


def bad_shapes(name: str) -> list[str]:
    """Return the growth curves of a benchmark that have lost their shape."""
    file = ROOT / "var" / "bench" / f"{name}.json"
    result = json.loads(file.read_text()) if file.exists() else {}
    return [f"{name}: {line}" for line in growth.bad_shapes(result["growth"])] if "growth" in result else []


if __name__ == "__main__":
    main()

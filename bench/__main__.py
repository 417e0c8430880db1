"""Run benchmarks, one after the other, and keep their figures.

    python -m bench [NAME ...]

Each measures its own raw limit in the same run, prints a table beside it, and leaves JSON in var/bench/.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

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
    failed = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        words = [sys.executable, "-m", f"bench.{name}", "--json", f"var/bench/{name}.json"]
        if subprocess.run(words, cwd=ROOT, check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"did not come to an end: {', '.join(failed)}")


if __name__ == "__main__":
    main()

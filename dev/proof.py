"""Run the tests that take too long for every change: ``make proof NAME``. Results are in docs/proof.md."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Proof:
    """A long test run: what it shows, its tests, and its settings."""

    shows: str
    tests: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)


PROOFS: Final = {
    "chaos": Proof(
        "2,000 claims on 200 records arrive while workers are killed",
        ("tests/integration/pipeline/test_chaos.py",),
    ),
    "faults": Proof(
        "every order of a worker's steps and another actor's, with kills and lost answers, ends well",
        ("tests/integration/interleavings",),
        {"PROFILES_INTERLEAVINGS": "all"},
    ),
}


def main(names: list[str]) -> int:
    """Run the named proofs one after the other, or list them if none is named."""
    unknown = [name for name in names if name not in PROOFS]
    if unknown or not names:
        print(*(f"make proof {name:8} {proof.shows}" for name, proof in PROOFS.items()), sep="\n")
        return 2 if unknown else 0
    results = []
    for name in names:
        proof = PROOFS[name]
        command = [sys.executable, "-m", "pytest", *proof.tests, "--timeout", "0"]
        results.append(subprocess.run(command, env={**os.environ, **proof.settings}, check=False).returncode)
    return max(results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

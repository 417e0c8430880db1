"""What reads bytes of others answers or refuses, whatever they are: no exception leaves it.

``make proof fuzz`` searches for such bytes with atheris, guided by the code they reach.
"""

import os
import re
import subprocess
import sys

import pytest

from tests.support.fuzzing import TARGETS, changed_inputs, kept_inputs
from tests.support.shared import ROOT

SECONDS = os.environ.get("PROFILES_FUZZ_SECONDS", "20")
CHANGED = 120


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_that_once_failed_or_that_was_changed_breaks_a_reader(name):
    kept = kept_inputs(name)

    for data in [*kept, *changed_inputs(name, CHANGED)]:
        TARGETS[name](data)

    assert kept


@pytest.mark.proof
@pytest.mark.parametrize("name", TARGETS)
def test_a_search_guided_by_coverage_finds_no_input_that_breaks_a_reader(name, tmp_path, capsys):
    pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 only")
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number, data in enumerate(kept_inputs(name)):
        (folder / f"kept-{number}").write_bytes(data)

    command = [sys.executable, "-m", "tests.support.fuzzing_run", name, str(folder), SECONDS]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, errors="replace")

    done = re.search(r"Done (\d+) runs in (\d+) second", run.stderr)
    with capsys.disabled():
        found = len(list(folder.iterdir())) - len(kept_inputs(name))
        runs = f"{int(done[1]):,} runs" if done else "ended early"
        sys.stdout.write(f"\nfuzz: {name}: {runs}, {found} inputs reach new code\n")
    assert run.returncode == 0, f"keep the input in tests/support/fuzzing_kept/{name}:\n{run.stderr[-3000:]}"

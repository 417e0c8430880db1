import subprocess
import sys
from pathlib import Path

from tests.support.shared import ROOT


def test_imports_go_one_way():
    """The contracts of .importlinter: layers, the pure domain, HTTP only in clients, the sandbox apart."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": "src"}, check=False
    )

    assert done.returncode == 0, done.stdout

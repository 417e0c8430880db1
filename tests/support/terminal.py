"""A Bash that runs the code blocks of a page one after the other, as a person at a terminal does."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from queue import Queue
from threading import Thread


def blocks_of(page: Path) -> list[str]:
    """Return the shell blocks of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


class Terminal:
    """One Bash; a block whose command fails is an error, with what was printed."""

    def __init__(self, variables: Mapping[str, str], folder: Path) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            env=dict(variables),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._bash.stdout:
            self._lines.put(line)
        self._lines.put("")

    def run(self, block: str, *, seconds: float = 1200) -> str:
        """Run a block to its end and return what it printed; a failed command ends the Bash."""
        assert self._bash.stdin
        self._bash.stdin.write(f"set -eo pipefail\n{block}\nset +e\nprintf '\\nthe block has ended\\n'\n")
        self._bash.stdin.flush()
        printed = ""
        while (line := self._lines.get(timeout=seconds)) != "the block has ended\n":
            printed += line
            assert line, f"a command failed:\n{block}\n{printed}"
        return printed

    def close(self) -> None:
        """End the Bash; what it started goes on."""
        self._bash.kill()
        self._bash.wait()
        self._bash.stdin.close()
        self._bash.stdout.close()

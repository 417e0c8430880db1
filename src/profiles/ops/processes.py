"""Start and stop child processes, which end when this process ends for any reason."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

PR_SET_PDEATHSIG: Final = 1
GRACE_SECONDS: Final = 3.5
"""Seconds that a child may take to stop before it is killed; the whole stop takes under 5 seconds."""


@dataclass(slots=True)
class Child:
    """A child process and its log file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def ended(self) -> bool:
        """Tell whether the process has ended."""
        return self.process.poll() is not None

    def last_output(self, lines: int = 15) -> str:
        """Return the end of its output, for the error message."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def start(name: str, command: Sequence[str], *, environment: Mapping[str, str], logs: Path) -> Child:
    """Start a child in its own session, so that Ctrl-C reaches only this process, which stops it in order."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("ab") as output:
        process = _spawn(command, environment, output)
    return Child(name, process, log)


def _spawn(
    command: Sequence[str], environment: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  the commands are our own
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  one thread here
    )


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, even by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_all(children: Sequence[Child]) -> None:
    """Stop the children, last started first, and kill those that do not stop."""
    running = [child for child in reversed(children) if not child.ended]
    for child in running:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.05, deadline - time.monotonic()))
    for child in running:
        # Also ends processes that a child left in its session.
        _signal(child, signal.SIGKILL)
        child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)

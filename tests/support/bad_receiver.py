"""Receivers that answer as no well-behaved service does: a raw socket that says what it likes."""

import contextlib
import functools
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 OK\r\n"


@functools.cache
def _bomb() -> bytes:
    """Pack 200 MB of nothing into 200 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1_000_000)
    return b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush()


def _send_bomb(connection: socket.socket, released: threading.Event) -> None:
    bomb = _bomb()
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    connection.sendall(_OK + head + bomb)


def _send_huge_length(connection: socket.socket, released: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Length: 99999999999\r\n\r\n{}")
    released.wait(30)


def _send_absurd_length(connection: socket.socket, released: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}")
    released.wait(30)


def _send_without_end(connection: socket.socket, released: threading.Event) -> None:
    connection.sendall(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while not released.is_set():
        connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")


def _drip(connection: socket.socket, released: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Length: 1000\r\n\r\n")
    while not released.wait(0.1):
        connection.sendall(b"x")


def _say_nothing(connection: socket.socket, released: threading.Event) -> None:
    released.wait(60)


def _talk_nonsense(connection: socket.socket, released: threading.Event) -> None:
    connection.sendall(b"\x00\xff\xfe nonsense\r\n\r\n")


WAYS: dict[str, Callable[[socket.socket, threading.Event], None]] = {
    "a packed bomb": _send_bomb,
    "a huge length": _send_huge_length,
    "an absurd length": _send_absurd_length,
    "no end": _send_without_end,
    "one byte at a time": _drip,
    "nothing": _say_nothing,
    "nonsense": _talk_nonsense,
}


@dataclass
class BadReceiver:
    """Where it listens; ``called`` is set once a request came; it lets go of its callers at ``released``."""

    url: str = ""
    called: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def answering(way: str) -> Iterator[BadReceiver]:
    """Run a receiver that answers in one of the WAYS."""
    _bomb()
    receiver = BadReceiver()
    listener = socket.create_server(("127.0.0.1", 0))
    receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"

    def serve_one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            receiver.called.set()
            WAYS[way](connection, receiver.released)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                threading.Thread(target=serve_one, args=[connection], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        listener.close()

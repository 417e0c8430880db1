"""A way to the tests' database that can be cut, refused or frozen, as a network and a fail-over do."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.db import connection


class DatabaseProxy:
    """Listens on a port of this machine and passes everything on to the tests' PostgreSQL."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self.port = 0
        self.is_full = False
        """Whether new connections are refused as by a server that has as many as it may have."""

    @property
    def url(self) -> str:
        """The address of the tests' database through this proxy."""
        known = connection.settings_dict
        return f"postgresql://{quote(known['USER'])}@127.0.0.1:{self.port}/{known['NAME']}"

    def accept(self) -> None:
        """Let connections in, on the same port as before."""
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._take, args=(listener,), daemon=True).start()

    def refuse(self) -> None:
        """Refuse connections and cut those that are open: the server is away."""
        if self._listener is not None:
            # Without the shutdown the thread that waits in accept() keeps the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.cut()

    def cut(self) -> None:
        """Cut all open connections."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Pass nothing on any more, without closing anything: the server is frozen."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Pass on what was kept back, and go on."""
        self._flowing.set()

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.is_full:
                threading.Thread(target=_refuse, args=(client,), daemon=True).start()
                continue
            try:
                server = _connect()
            except OSError:
                client.close()
                continue
            with self._lock:
                self._pairs.add((client, server))
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        ways = {client: server, server: client}
        with selectors.DefaultSelector() as ready, client, server, contextlib.suppress(OSError):
            for end in ways:
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    content = end.recv(65_536)
                    self._flowing.wait()
                    if not content:
                        return
                    ways[end].sendall(content)


def _refuse(client: socket.socket) -> None:
    """Answer the start of a connection with PostgreSQL's "too many clients already"."""
    fields = ("SFATAL", "VFATAL", "C53300", "Msorry, too many clients already")
    body = b"".join(field.encode() + b"\0" for field in fields) + b"\0"
    with client, contextlib.suppress(OSError):
        while client.recv(1024)[4:8] in _QUESTIONS:
            client.sendall(b"N")
        client.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)


_QUESTIONS = ((80877103).to_bytes(4), (80877104).to_bytes(4))
"""A client asks first for TLS, or for GSSAPI."""


def _connect() -> socket.socket:
    known = connection.settings_dict
    port = int(known["PORT"] or 5432)
    if str(known["HOST"]).startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(Path(known["HOST"]) / f".s.PGSQL.{port}"))
        except OSError:
            server.close()
            raise
        return server
    return socket.create_connection((known["HOST"], port))


@contextlib.contextmanager
def database_proxy() -> Iterator[DatabaseProxy]:
    """Run a proxy for as long as the test lasts."""
    proxy = DatabaseProxy()
    proxy.accept()
    try:
        yield proxy
    finally:
        proxy.thaw()
        proxy.refuse()

"""An ORCID that costs almost nothing: answers at once, remembers nothing. Prints its port.

python -m bench.instant_orcid
"""

import asyncio
import itertools
from typing import Final

import uvloop

_put_codes: Final = itertools.count(1)


class Instant(asyncio.Protocol):
    """One connection, as much HTTP as our clients speak."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = transport
        self._seen = b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while True:
            head, found, rest = self._seen.partition(b"\r\n\r\n")
            if not found:
                return
            size = _length(head)
            if len(rest) < size:
                return
            self._seen = rest[size:]
            self._out.write(answer(head, rest[:size]))  # type: ignore[attr-defined]


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def answer(head: bytes, body: bytes) -> bytes:
    """Return what ORCID would say when all is well."""
    method, path, _ = head.split(b" ", 2)
    if method == b"POST" and path.endswith(b"/work"):
        place = b"https://api.orcid.org/v3.0%s/%d" % (path, next(_put_codes))
        return b"HTTP/1.1 201 Created\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % place
    content = b'{"put-code":%b}' % path.rpartition(b"/")[2] if method == b"PUT" else b"{}"
    if method == b"POST":
        added = (b'{"work":{"put-code":%d}}' % next(_put_codes) for _ in range(body.count(b'{"work":{"t')))
        content = b'{"bulk":[' + b",".join(added) + b"]}"
    if method == b"DELETE":
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(content),
        content,
    )


async def serve() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Instant, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())

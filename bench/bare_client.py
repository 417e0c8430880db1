"""The raw limit of the push: an aiohttp client that posts ready bodies and does nothing else.

    python -m bench.bare_client URL BODIES PATH

BODIES is a MessagePack list. Prints its own CPU seconds and the wall time as JSON.
"""

import asyncio
import gc
import json
import sys
import time
from pathlib import Path

import aiohttp
import msgspec
import uvloop

IN_FLIGHT = 32
HEADERS = {"Authorization": "Bearer " + "x" * 36, "Accept": "application/json"}


async def post_all(url: str, bodies: list[bytes]) -> None:
    """Post every body once, so many at a time as the product does."""
    waiting = iter(bodies)
    headers = {**HEADERS, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=IN_FLIGHT), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        async def some() -> None:
            for body in waiting:
                async with session.post(url, data=body, headers=headers) as answer:
                    await answer.read()
                    assert answer.status in {200, 201}

        await asyncio.gather(*(some() for _ in range(IN_FLIGHT)))


def main() -> None:
    """Measure."""
    url, file, path = sys.argv[1:]
    bodies = msgspec.msgpack.decode(Path(file).read_bytes(), type=list[bytes])
    uvloop.run(post_all(url + path, bodies[:200]))
    gc.freeze()
    own, wall = time.process_time(), time.perf_counter()
    uvloop.run(post_all(url + path, bodies))
    own, wall = time.process_time() - own, time.perf_counter() - wall
    print(json.dumps({"calls": len(bodies), "own": own, "wall": wall}))


if __name__ == "__main__":
    main()

"""Asynchronous clients for synchronous callers: one event loop on one thread of this process."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def loop() -> asyncio.AbstractEventLoop:
    """Return the loop, starting its thread at the first call."""
    global _loop  # noqa: PLW0603  one for each process
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="clients", daemon=True).start()
        return _loop


def call(work: Coroutine[Any, Any, T], *, seconds: float | None = None) -> T:
    """Run a client's call and return what it returns, or raise what it raises.

    Raises:
        TimeoutError: it took longer than ``seconds``, and was given up.
    """
    return asyncio.run_coroutine_threadsafe(_within(work, seconds), loop()).result()


async def _within(work: Coroutine[Any, Any, T], seconds: float | None) -> T:
    async with asyncio.timeout(seconds):
        return await work

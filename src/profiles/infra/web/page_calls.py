"""Calls of pages to outside services: a short time limit, a limit on concurrent calls, a circuit breaker.

A page holds a thread of the web server until it is complete. While a service is slow, threads must stay free
for other pages (docs/adr/0027). All calls of pages go through ``call``, or through ``start`` when they go on
without a thread; jobs and workers have their own rate limits and do not.
"""

import asyncio
import atexit
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from functools import cache
from typing import Any, Final, TypeVar

import structlog

from profiles.clients import blocking
from profiles.clients.errors import (
    ServiceError,
    ServiceUnavailableError,
    TooManyCallsError,
    UnclearAnswerError,
)
from profiles.clients.http import HttpClient
from profiles.domain import problems
from profiles.domain.problem import Problem
from profiles.infra import wiring

log = structlog.get_logger(__name__)
T = TypeVar("T")

PAGE_SECONDS: Final = 5.0
"""Time limit for data that a page can do without."""
EXCHANGE_SECONDS: Final = 20.0
"""Time limit for the exchange of a code, which is valid once. No thread waits for so long."""
MAX_STARTED: Final = 16
"""Calls without a thread to one service at once; each holds only a connection."""
QUEUE_SECONDS: Final = 1.0
MAX_FAILURES: Final = 4
"""Calls in a row without a usable answer after which the service is closed for pages."""
PAUSE_SECONDS: Final = 10.0


class Circuit:
    """Circuit breaker of one service. After an outage one call at a time checks whether it is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def enter(self) -> float:
        """Return 0 when a call may be made, otherwise the seconds until the service opens."""
        with self._lock:
            left = self._closed_until - time.monotonic()
            if left > 0:
                return left
            if self._failures >= MAX_FAILURES:
                self._closed_until = time.monotonic() + PAUSE_SECONDS
            return 0.0

    def record(self, *, answered: bool) -> bool:
        """Count the outcome of a call; return True when it closes the service."""
        with self._lock:
            if answered:
                self._failures, self._closed_until = 0, 0.0
                return False
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                self._closed_until = time.monotonic() + PAUSE_SECONDS
            return self._failures == MAX_FAILURES


class Gateway:
    """The gateway of all page calls to outside services; one for each process."""

    def __init__(self, *, threads: int) -> None:
        # One thread is always free, and one slow service leaves slots for the others.
        self._any = threading.BoundedSemaphore(max(1, threads - 1))
        self.at_once = max(1, threads // 2)
        self._slots: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(self.at_once)
        )
        self._started: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(MAX_STARTED)
        )
        self._circuits: defaultdict[str, Circuit] = defaultdict(Circuit)
        self._lock = threading.Lock()

    def call(
        self,
        service: str,
        work: Callable[[], Coroutine[Any, Any, T]],
        *,
        seconds: float = PAGE_SECONDS,
        problem: Problem = problems.ORCID_UNAVAILABLE,
        counts_timeout: bool = True,
    ) -> T:
        """Run the work, which makes one or a few calls to the service, for at most ``seconds``.

        Without ``counts_timeout``, a call that is cut off says nothing about the service: it had little time.

        Raises:
            ServiceUnavailableError: it takes too long, too many calls wait already, or it did not answer
                recently (``retry_after`` says when to try again). The entry is ``problem``.
            ServiceError: the work raised it.
        """
        with self._lock:
            circuit, slots = self._circuits[service], self._slots[service]
        _refuse_if_closed(circuit, problem)
        # Waiting calls hold a thread too, so they are counted.
        if not self._any.acquire(blocking=False):
            raise ServiceUnavailableError("too many are waiting", problem=problem)
        try:
            began = time.monotonic()
            if not slots.acquire(timeout=min(QUEUE_SECONDS, seconds / 2)):
                raise ServiceUnavailableError("too many are waiting", problem=problem)
            try:
                left = seconds - (time.monotonic() - began)
                return blocking.call(
                    _counted(
                        service,
                        circuit,
                        work(),
                        seconds=left,
                        problem=problem,
                        counts_timeout=counts_timeout,
                    )
                )
            finally:
                slots.release()
        finally:
            self._any.release()

    def start(
        self,
        service: str,
        work: Callable[[], Coroutine[Any, Any, T]],
        *,
        seconds: float = EXCHANGE_SECONDS,
        problem: Problem = problems.ORCID_UNAVAILABLE,
    ) -> Future[T]:
        """Start the work, which continues without a thread.

        Raises:
            ServiceUnavailableError: nothing was sent, because too many calls wait already or the service did
                not answer recently.
        """
        with self._lock:
            circuit, started = self._circuits[service], self._started[service]
        _refuse_if_closed(circuit, problem)
        if not started.acquire(blocking=False):
            raise ServiceUnavailableError("too many are waiting", problem=problem)
        future = asyncio.run_coroutine_threadsafe(
            _counted(service, circuit, work(), seconds=seconds, problem=problem), blocking.loop()
        )
        future.add_done_callback(lambda _ended: started.release())
        return future

    def wait(self, service: str, future: Future[Any], *, seconds: float) -> bool:
        """Wait for started work, more shortly while many threads wait; tell whether it has ended."""
        with self._lock:
            slots = self._slots[service]
        if not self._any.acquire(blocking=False):
            return future.done()
        has_slot = slots.acquire(blocking=False)
        try:
            wait([future], timeout=seconds if has_slot else min(seconds, QUEUE_SECONDS))
        finally:
            if has_slot:
                slots.release()
            self._any.release()
        return future.done()


def _refuse_if_closed(circuit: Circuit, problem: Problem) -> None:
    if closed_for := circuit.enter():
        raise ServiceUnavailableError("closed for pages", problem=problem, retry_after=closed_for)


async def _counted(
    service: str,
    circuit: Circuit,
    calls: Coroutine[Any, Any, T],
    *,
    seconds: float,
    problem: Problem,
    counts_timeout: bool = True,
) -> T:
    answered: bool | None = False
    try:
        async with asyncio.timeout(seconds):
            result = await calls
        answered = True
    except TimeoutError:
        if not counts_timeout:
            answered = None
        raise ServiceUnavailableError("no answer in time", problem=problem) from None
    except ServiceError as error:
        is_silent = isinstance(error, ServiceUnavailableError | UnclearAnswerError)
        answered = not is_silent or isinstance(error, TooManyCallsError)
        raise
    finally:
        if answered is not None and circuit.record(answered=answered):
            log.warning("page_calls.closed", service=service, seconds=PAUSE_SECONDS)
    return result


@cache
def gateway() -> Gateway:
    """Return this process's gateway."""
    return Gateway(threads=int(os.environ.get("PROFILES_WEB_THREADS", "4")))


def call(
    service: str,
    work: Callable[[HttpClient], Coroutine[Any, Any, T]],
    *,
    seconds: float = PAGE_SECONDS,
    problem: Problem = problems.ORCID_UNAVAILABLE,
) -> T:
    """Make a page's calls to a service through this process's gateway and its HTTP client.

    Raises:
        ServiceError: see ``Gateway.call``.
    """
    return gateway().call(service, lambda: work(http()), seconds=seconds, problem=problem)


@cache
def http() -> HttpClient:
    """Return this process's HTTP client for synchronous callers, opened at the first call."""
    client = wiring.http_client(in_flight=4 * MAX_STARTED)
    blocking.call(client.__aenter__())
    atexit.register(lambda: blocking.call(client.__aexit__(None, None, None)))
    return client

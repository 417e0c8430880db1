"""Exchange the code of an answer exactly once, whether or not a page still waits for the result.

A code is valid once. Its exchange goes on without a thread when the page has waited long enough; the result
is stored in the answer's row, and the browser's next call completes it.
"""

import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction

from profiles.accounts.authorization import answers
from profiles.accounts.authorization.answers import Answer
from profiles.clients.errors import ServiceError, ServiceUnavailableError, UnclearAnswerError
from profiles.clients.http import HttpClient
from profiles.domain import problems
from profiles.infra.web import page_calls, service_health

log = structlog.get_logger(__name__)
T = TypeVar("T")
DATABASE_AWAY: Final = (OperationalError, InterfaceError)
STORE_SECONDS: Final = 8.0
"""How long a result waits for a database that is away."""


@dataclass(frozen=True, slots=True)
class Exchange(Generic[T]):
    """The exchange of one code, which has been sent. ``record`` turns its end into the result to store."""

    answer: Answer
    service: str
    future: Future[T]
    record: Callable[[T | ServiceError], dict[str, Any]]

    def wait(self) -> None:
        """Wait as long as a page may; the result is stored now, or when there is one."""
        seconds = settings.ENVIRONMENT.PROFILES_EXCHANGE_SECONDS
        if not page_calls.gateway().wait(self.service, self.future, seconds=seconds):
            log.info("exchange.slow", service=self.service)
            self.future.add_done_callback(lambda _ended: _late().put(self))
            return
        try:
            self.store()
        except DATABASE_AWAY:
            _late().put(self)
            raise

    def store(self) -> None:
        """Store the result, in one transaction with what ``record`` changes."""
        end: T | ServiceError
        try:
            end = self.future.result()
        except ServiceError as error:
            end = error
        with transaction.atomic():
            answers.record_result(self.answer, self.record(end))
        service_health.record(self.service, answered=not _is_outage(end))


def start(
    answer: Answer,
    *,
    holder: str,
    service: str,
    work: Callable[[HttpClient], Coroutine[Any, Any, T]],
    record: Callable[[T | ServiceError], dict[str, Any]],
) -> Exchange[T] | None:
    """Send the code to the service; None: another call has done so before.

    Raises:
        ServiceUnavailableError: nothing was sent; the same answer can be brought again later.
    """
    if not answers.take(answer, holder=holder):
        return None
    try:
        future = page_calls.gateway().start(service, lambda: work(page_calls.http()))
    except ServiceUnavailableError:
        answers.give_back(answer)
        service_health.record(service, answered=False)
        raise
    return Exchange(answer, service, future, record)


def _is_outage(end: object) -> bool:
    """Return whether everyone's exchange would have ended like this: no answer, or our client is refused."""
    if isinstance(end, ServiceUnavailableError | UnclearAnswerError):
        return True
    return isinstance(end, ServiceError) and end.entry is problems.CLIENT_REFUSED


@cache
def _late() -> "SimpleQueue[Exchange[Any]]":
    """Return the queue of ended exchanges for which no page waits; one thread stores them."""
    queue: SimpleQueue[Exchange[Any]] = SimpleQueue()
    threading.Thread(target=_store_all, args=(queue,), name="exchanges", daemon=True).start()
    return queue


def _store_all(queue: "SimpleQueue[Exchange[Any]]") -> None:
    while True:
        exchange = queue.get()
        try:
            _store_patiently(exchange)
        except Exception:
            # The page says after a while that the exchange was broken off.
            log.exception("exchange.not_stored", service=exchange.service)
        finally:
            connections.close_all()


def _store_patiently(exchange: Exchange[Any]) -> None:
    """Store a result even while the database is away for some seconds: there is no second one."""
    end = time.monotonic() + STORE_SECONDS
    while True:
        try:
            return exchange.store()
        except DATABASE_AWAY:
            if time.monotonic() > end:
                raise
            connections.close_all()
            time.sleep(0.5)

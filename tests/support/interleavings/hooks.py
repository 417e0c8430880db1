"""Where real code stops for the scheduler: at the edges, where it commits or calls ORCID.

Nothing of ours is replaced. Django's outermost transactions, the workers' statements and the HTTP client are
the real ones, which first ask the scheduler. A thread that is no actor passes as if nothing were here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import transaction
from psycopg import AsyncConnection, AsyncCursor

from profiles.clients.errors import ServiceUnavailableError
from profiles.clients.http import Answer, HttpClient
from profiles.infra import wiring
from tests.support.interleavings.scheduler import current_actor

WRITES = ("POST", "PUT", "DELETE")
Note = Callable[[str], None]


class StoppingHttpClient(HttpClient):
    """The real client, which stops before a call to ORCID takes effect, and before its answer arrives."""

    note: Note = staticmethod(lambda _text: None)

    async def send(self, service: str, route: str, method: str, url: str, **more: Any) -> Answer:
        if not service.startswith("orcid"):
            return await super().send(service, route, method, url, **more)
        if method in WRITES:
            self.note("write begins")
        actor = current_actor()
        if actor is not None:
            actor.stop(f"{method} sent")
        self.note("call arrives")
        answer = await super().send(service, route, method, url, **more)
        if actor is not None:
            actor.stop(f"{method} answered")
            if actor.loses_answer:
                actor.loses_answer = False
                raise ServiceUnavailableError("the answer was lost")
        return answer


class StoppingCursor(AsyncCursor[Any]):
    """Stops before a worker's statement that changes claims and is the first of its transaction."""

    async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        actor = current_actor()
        text = query if isinstance(query, str) else ""
        is_second = "doubted AS" in text  # of the transaction that recorded the outcomes
        if (
            actor is not None
            and "claims_" in text
            and ("UPDATE" in text or "INSERT" in text)
            and not is_second
        ):
            actor.stop("takes" if "started AS" in text else "records")
        return await super().execute(query, params, **more)


@contextmanager
def hooked(note: Note) -> Iterator[None]:
    """Let actors stop at their steps, for as long as this lasts; ``note`` is told when a write begins."""
    enter, connect = transaction.Atomic.__enter__, AsyncConnection.connect.__func__  # type: ignore[attr-defined]

    def stopping_enter(self: Any) -> None:
        actor = current_actor()
        if actor is not None and not transaction.get_connection(self.using).in_atomic_block:
            actor.stop("commits")
        enter(self)

    async def stopping_connect(cls: Any, *words: Any, **more: Any) -> Any:
        connection = await connect(cls, *words, **more)
        connection.cursor_factory = StoppingCursor
        return connection

    client = type("StoppingHttpClient", (StoppingHttpClient,), {"note": staticmethod(note)})
    with (
        patch.object(transaction.Atomic, "__enter__", stopping_enter),
        patch.object(AsyncConnection, "connect", classmethod(stopping_connect)),
        patch.object(wiring, "HttpClient", client),
    ):
        yield

"""Where real code stops for the scheduler: at the edges, where it commits or calls ORCID.

Nothing of ours is replaced. Django's outermost transactions, the workers' statements and the HTTP client are
the real ones, which first ask the scheduler. A thread that is no actor passes as if nothing were here.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import transaction
from psycopg import AsyncConnection, AsyncCursor

from profiles.clients import blocking
from profiles.clients.errors import ServiceUnavailableError
from profiles.clients.http import Answer, HttpClient
from tests.support.interleavings.scheduler import Actor, current_actor

WRITES = ("POST", "PUT", "DELETE")
Note = Callable[[str], None]


async def _stop(actor: Actor, at: str) -> None:
    """Stop before a step; on the loop that all jobs share, only this actor's call waits."""
    if asyncio.get_running_loop() is blocking.loop():
        await asyncio.to_thread(actor.stop, at)
    else:
        actor.stop(at)


def _stopping_send(note: Note) -> Callable[..., Any]:
    """Return the real ``send``, which stops before a call to ORCID takes effect, and before it is answered.

    What a job reads at DataCite may be old when it is used: there is a stop between the two.
    """
    send = HttpClient.send

    async def stopping_send(
        self: HttpClient, service: str, route: str, method: str, url: str, **more: Any
    ) -> Answer:
        actor = current_actor()
        if not service.startswith("orcid"):
            answer = await send(self, service, route, method, url, **more)
            if actor is not None and asyncio.get_running_loop() is blocking.loop():
                await _stop(actor, f"{service} answered")
            return answer
        if method in WRITES and route.startswith("works/"):
            note("write begins")
        if actor is not None:
            await _stop(actor, f"{method} sent")
        note("call arrives")
        answer = await send(self, service, route, method, url, **more)
        if actor is not None:
            await _stop(actor, f"{method} answered")
            if actor.loses_answer:
                actor.loses_answer = False
                raise ServiceUnavailableError("the answer was lost")
        return answer

    return stopping_send


class StoppingCursor(AsyncCursor[Any]):
    """Stops before a worker's statement that changes claims and is the first of its transaction.

    A job that checks permissions stops before it records what ORCID said of them.
    """

    async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        actor = current_actor()
        text = query if isinstance(query, str) else ""
        is_second = "doubted AS" in text  # of the transaction that recorded the outcomes
        is_job = asyncio.get_running_loop() is blocking.loop()
        table = "consents_" if is_job else "claims_"
        if (
            actor is not None
            and table in text
            and ("UPDATE" in text or "INSERT" in text)
            and (is_job or not is_second)
        ):
            await _stop(actor, "takes" if "started AS" in text else "records")
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

    with (
        patch.object(transaction.Atomic, "__enter__", stopping_enter),
        patch.object(AsyncConnection, "connect", classmethod(stopping_connect)),
        patch.object(HttpClient, "send", _stopping_send(note)),
    ):
        yield

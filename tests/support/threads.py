"""Synchronous database code from asynchronous tests."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from django.db import connections


def in_thread(function: Callable) -> Callable[..., Awaitable]:
    """Make the function awaitable: it runs in a thread and leaves no connection open behind it."""

    @wraps(function)
    def clean(*args, **keywords):
        try:
            return function(*args, **keywords)
        finally:
            connections.close_all()

    @wraps(function)
    async def awaitable(*args, **keywords):
        return await asyncio.to_thread(clean, *args, **keywords)

    return awaitable

"""The rate limits of the API: requests per address in five minutes."""

import time
from collections import deque
from typing import Any, Final, Literal

import msgspec
from aiohttp import web

from sandbox.control import PREFIX

_SENTENCE: Final = "Your request has been rate limited. See https://support.datacite.org/docs/rate-limit."


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """Options of the control endpoint; the defaults are those of the real service."""

    rate_limit: Literal["production", "stage"] | None = None
    """Production answers 429; stage answers 403 and has one limit for all."""
    window_seconds: float = 300
    anonymous: int = 500
    identified: int = 1000
    authenticated: int = 3000
    clock_ahead: float = 0
    facets: bool = True
    """Whether lists have facets."""


class Limits:
    """Counts requests and refuses those beyond the limit."""

    def __init__(self) -> None:
        """Start without limits."""
        self.reset()

    def reset(self) -> None:
        """Reset counts and options."""
        self.options = Options()
        self._seen: dict[str, deque[float]] = {}

    def refusal(self, request: web.Request) -> dict[str, Any] | None:
        """Count a request; return the body of the refusal when there were too many."""
        if self.options.rate_limit is None or request.path.startswith(PREFIX):
            return None
        now = time.monotonic()
        seen = self._seen.setdefault(request.remote or "", deque())
        while seen and seen[0] <= now - self.options.window_seconds:
            seen.popleft()
        if len(seen) >= self._limit(request):
            return {"errors": [{"status": str(self.status), "title": _SENTENCE}]}
        seen.append(now)
        return None

    @property
    def status(self) -> int:
        """The status of a refusal."""
        return 403 if self.options.rate_limit == "stage" else 429

    def _limit(self, request: web.Request) -> int:
        if self.options.rate_limit == "stage":
            return self.options.anonymous
        if request.headers.get("Authorization", "").lower().startswith(("bearer ", "basic ")):
            return self.options.authenticated
        is_named = "@" in request.headers.get("User-Agent", "") or "mailto" in request.query
        return self.options.identified if is_named else self.options.anonymous

"""The HTTP client for all calls to outside services.

Every call has limits on time, size and concurrency; follows no redirect (ORCID answers a merged iD with
one, and the token must not travel there); names us and a contact; and leaves one log line without secrets.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, ClassVar, Final, Self

import aiohttp
import structlog
from prometheus_client import Counter, Histogram

from profiles.clients.errors import ServiceUnavailableError, UnclearAnswerError

log = structlog.get_logger("profiles.http")

MAXIMUM_BODY: Final = 32_000_000
"""Ten thousand works of a full record come in one answer of about ten megabytes."""

_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""The escape, and not the text of one: there the backslash is escaped itself."""

MAX_WAIT: Final = 86_400.0
"""No service makes us wait for longer, in seconds: what is due never would never be given up either."""

CALLS: Final = Counter("profiles_calls", "Calls to other services", ["service", "route", "status"])
CALL_SECONDS: Final = Histogram(
    "profiles_call_seconds",
    "How long calls to other services took",
    ["service"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0),
)
_UNPACKED: Final = {"Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds, and how many calls may be under way at once."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 25.0
    in_flight: int = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """A pool of connections; make one for each process and close it at the end.

    ``trace`` returns the headers by which a service can continue the trace of a call.
    """

    unpacks: ClassVar[bool] = True
    """Whether bodies may come packed."""

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits = Limits(),
        trace: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.limits = limits
        self._trace = trace
        self._user_agent = user_agent
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool."""
        self._session = aiohttp.ClientSession(
            connector=self._connector(),
            timeout=aiohttp.ClientTimeout(
                total=self.limits.total, sock_connect=self.limits.connect, sock_read=self.limits.read
            ),
            headers={"User-Agent": self._user_agent, **({} if self.unpacks else _UNPACKED)},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=self.unpacks,
            trust_env=False,
        )
        return self

    def _connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=self.limits.in_flight, ttl_dns_cache=60)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self,
        service: str,
        route: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call and return its answer, whatever its status.

        ``service`` and ``route`` name the call in logs and metrics; the URL itself, which may hold an iD,
        is not logged.

        Raises:
            ServiceUnavailableError: no usable answer came; unknown whether the request was carried out.
            UnclearAnswerError: the answer is larger than any that makes sense; ask for less.
        """
        assert self._session is not None, "the client is closed; use it as a context manager"
        began = time.perf_counter()
        status: int | str = "none"
        try:
            async with self._session.request(
                method,
                url,
                headers={**(headers or {}), **self._trace()},
                data=body,
                params=query,
                allow_redirects=False,
            ) as response:
                content = await self._body(response)
                status = response.status
                lowered = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, lowered, without_nul(content))
        except _TooLargeError:
            status = "too large"
            raise UnclearAnswerError(f"{service} {route}: too large") from None
        # UnicodeError: a name that the look-up cannot encode.
        except (TimeoutError, aiohttp.ClientError, OSError, UnicodeError) as error:
            status = type(error).__name__
            raise ServiceUnavailableError(f"{service} {route}: {type(error).__name__}") from None
        finally:
            seconds = time.perf_counter() - began
            CALLS.labels(service, route, status).inc()
            CALL_SECONDS.labels(service).observe(seconds)
            log.info(
                "http.call",
                service=service,
                route=route,
                verb=method,
                status=status,
                seconds=round(seconds, 4),
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        return await _bounded(response)


class _TooLargeError(Exception):
    """More came than ``MAXIMUM_BODY``."""


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    length = response.content_length
    # What is packed may become a thousand times larger than it says.
    if length is not None and "Content-Encoding" not in response.headers:
        if length > MAXIMUM_BODY:
            raise _TooLargeError
        return await response.read()
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MAXIMUM_BODY:
            raise _TooLargeError
    return b"".join(parts)


def without_nul(content: bytes) -> bytes:
    r"""Take NUL out of a JSON answer (``\u0000``): it says nothing, and PostgreSQL keeps it in no column."""
    return _NUL.sub(rb"\1", content) if b"\\u0000" in content else content


def parsed(raw: bytes, decode: Any) -> Any:
    """Decode a body, or return None when it is not what it says."""
    try:
        return decode(raw)
    except ValueError:
        return None


def object_in(body: Any, *path: str) -> dict[str, Any]:
    """Return the object at this place of a decoded answer; an empty one where there is none."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def retry_after(answer: Answer) -> float | None:
    """Return for how many seconds the service asks to be left alone, in a number or by naming a moment."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)
    return min(max(wait.total_seconds(), 0.0), MAX_WAIT)

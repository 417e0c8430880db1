"""The one way to the service: time limits, repetition of what is safe, and errors as one type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import urllib3

from profiles_client.errors import NO_ANSWER, UNREADABLE, ProfilesError
from profiles_client.shapes import Many

T = TypeVar("T")
SAFE: Final = frozenset({"GET"})
AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses that say: not now."""
REFUSED: Final = 300
USER_AGENT: Final = "datacite-profiles-client (https://github.com/datacite; mailto:support@datacite.org)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds, and how often to ask again where asking again changes nothing.

    ``longest_wait`` caps what the service may ask for by ``Retry-After``.
    """

    connect: float = 5.0
    read: float = 30.0
    repeats: int = 3
    longest_wait: int = 120


class Transport:
    """A pool of connections to one service, with the caller's token."""

    def __init__(self, url: str, token: str, limits: Limits) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(
            maxsize=4,
            timeout=urllib3.Timeout(connect=limits.connect, read=limits.read),
        )
        self._careful = urllib3.Retry(
            total=limits.repeats,
            redirect=False,
            allowed_methods=SAFE,
            status_forcelist=AGAIN,
            backoff_factor=0.3,
            raise_on_status=False,
            retry_after_max=limits.longest_wait,
        )
        self._repeatable = self._careful.new(allowed_methods=None)

    def __repr__(self) -> str:
        """Name the service; without the token."""
        return f"Transport({self.url!r})"

    def send(
        self,
        verb: str,
        path: tuple[str, ...],
        kind: type[T],
        *,
        query: Mapping[str, Any] | str = "",
        body: Any = None,
        key: str = "",
    ) -> T:
        """Make a call and return its body, decoded as ``kind``.

        ``path`` are the parts of the address, which are encoded here. Redirects are not followed: the token
        must not travel with them. Only what is safe is sent again by itself: reading, and what carries an
        idempotency ``key``.

        Raises:
            ProfilesError: refused, failed, or not answered.
        """
        address = "/".join((self.url, *(quote(part, safe="") for part in path)))
        asked = query if isinstance(query, str) else _encoded(query)
        headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            content = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        try:
            answer = self._pool.request(
                verb,
                f"{address}?{asked}" if asked else address,
                headers=headers,
                body=content,
                redirect=False,
                retries=self._repeatable if key else self._careful,
            )
        except urllib3.exceptions.HTTPError as error:
            what = _kind_of(error)
            raise ProfilesError(f"{self.url} did not answer: {what}", code=NO_ANSWER) from None
        if answer.status >= REFUSED:
            raise _refusal(answer)
        return _decoded(answer, kind)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def _encoded(query: Mapping[str, Any]) -> str:
    """Write parameters; those that are empty say nothing."""
    return urlencode({name: value for name, value in query.items() if value not in {"", None}})


def _kind_of(error: urllib3.exceptions.HTTPError) -> str:
    """Name the error without its text, which may hold an address with an iD."""
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__


def _decoded(answer: urllib3.BaseHTTPResponse, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.data, type=kind)
    except msgspec.DecodeError as error:
        words = f"The answer has another shape: {error}"
        raise ProfilesError(words, status=answer.status, code=UNREADABLE) from None


def _refusal(answer: urllib3.BaseHTTPResponse) -> ProfilesError:
    """Read what the service says of its refusal; something before it may have answered in its place."""
    try:
        first = msgspec.json.decode(answer.data)["errors"][0]
        said = {name: str(first.get(name) or "") for name in ("title", "code", "detail", "source")}
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
        said = {"title": answer.reason or "", "code": UNREADABLE}
    wait = answer.headers.get("Retry-After", "")
    return ProfilesError(
        said.pop("title") or "The service refused.",
        status=answer.status,
        retry_after=float(wait) if wait.isascii() and wait.isdigit() else None,
        **said,
    )


def pages(transport: Transport, path: tuple[str, ...], query: Mapping[str, Any] | str) -> Iterator[Many]:
    """Read page after page.

    Of the link to the next only its query is followed: it names the service's public address, and the token
    goes nowhere but where the caller sent it.
    """
    while True:
        body = transport.send("GET", path, Many, query=query)
        yield body
        query = urlsplit(body.links.get("next") or "").query
        if not query:
            return

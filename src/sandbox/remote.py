"""The control door of a running stand-in, from outside and in few words: for tests and benchmarks."""

import json
from typing import Any, Final, cast
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from sandbox.door import PREFIX, OrderError

_LIMIT: Final = 30


class Remote:
    """One running stand-in."""

    def __init__(self, url: str) -> None:
        """Take its address."""
        self.url = url

    def order(self, path: str, content: Any = None, *, method: str = "POST") -> Any:
        """Send an order to the control door and return its answer.

        Raises:
            OrderError: the stand-in can not do that; the text says why.
        """
        body = None if content is None else json.dumps(content).encode()
        request = Request(  # noqa: S310 -- the address is our own stand-in's
            f"{self.url}{PREFIX}/{path}",
            data=body,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=_LIMIT) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise OrderError(f"{error.code}: {error.read().decode(errors='replace')}") from error

    def reset(self) -> None:
        """Bring it back to its start."""
        self.order("reset")

    def fail_next(
        self, count: int | None = 1, *, path: str | None = None, method: str | None = None, **fault: Any
    ) -> None:
        """Let the next requests fail, with the keys of ``sandbox.faults.Fault``; None means until healed.

        Some HTTP clients ask again by themselves when a GET finds its connection closed (aiohttp does):
        such a drop needs two to be felt.
        """
        self.order("faults", {"match": {"method": method, "path": path}, "next": count, **fault})

    def held(self) -> int:
        """Return how many requests are being held (``hold``, ``hold_after``)."""
        return int(self.order("faults", method="GET")["held"])

    def release(self) -> None:
        """Let go the requests that are being held."""
        self.order("release")

    def heal(self) -> None:
        """Take all faults back."""
        self.order("faults", method="DELETE")

    def log(self, **chosen: str | int) -> list[dict[str, Any]]:
        """Return the requests seen; ``method``, ``path`` and ``after`` (a number) choose among them."""
        answer = self.order(f"log?{urlencode(chosen)}", method="GET")
        return cast("list[dict[str, Any]]", answer["requests"])

    def state(self) -> dict[str, Any]:
        """Return what it remembers."""
        return cast("dict[str, Any]", self.order("state", method="GET"))

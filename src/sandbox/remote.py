"""Call the control endpoints of a running stand-in, for tests and benchmarks."""

import json
from typing import Any, Final, cast
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from sandbox.control import PREFIX, ControlError

_LIMIT: Final = 30


class Remote:
    """A running stand-in."""

    def __init__(self, url: str) -> None:
        """Take its address."""
        self.url = url

    def order(self, path: str, content: Any = None, *, method: str = "POST") -> Any:
        """Send a request to a control endpoint and return its answer.

        Raises:
            ControlError: the stand-in cannot do that; the text says why.
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
                raise ControlError(f"{error.code}: {error.read().decode(errors='replace')}") from error

    def reset(self) -> None:
        """Reset it to its start."""
        self.order("reset")

    def fail_next(
        self, count: int | None = 1, *, path: str | None = None, method: str | None = None, **fault: Any
    ) -> None:
        """Make the next requests fail, with the keys of ``sandbox.faults.Fault``; None means until healed.

        Some HTTP clients (aiohttp) automatically repeat a GET on a closed connection: such a drop needs a
        count of two.
        """
        self.order("faults", {"match": {"method": method, "path": path}, "next": count, **fault})

    def held(self) -> int:
        """Return the number of held requests (``hold``, ``hold_after``)."""
        return int(self.order("faults", method="GET")["held"])

    def release(self) -> None:
        """Release the held requests."""
        self.order("release")

    def heal(self) -> None:
        """Remove all faults."""
        self.order("faults", method="DELETE")

    def log(self, **filters: str | int) -> list[dict[str, Any]]:
        """Return the logged requests; ``method``, ``path`` and ``after`` (a number) filter them."""
        answer = self.order(f"log?{urlencode(filters)}", method="GET")
        return cast("list[dict[str, Any]]", answer["requests"])

    def state(self) -> dict[str, Any]:
        """Return its state."""
        return cast("dict[str, Any]", self.order("state", method="GET"))

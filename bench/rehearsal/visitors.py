"""What comes to the web server during a burst: agents that announce DOIs, and a person who opens pages."""

import http.client
import itertools
import json
import threading
import time
from typing import Any, Final

from bench.rehearsal.plan import Plan, base_of, doi_of, is_announced, moment_text

PAGES: Final = ("/", "/works", "/settings/me", "/settings/rules")
PAGE_PAUSE: Final = 0.5
MAX_EVENTS: Final = 100


class Agents(threading.Thread):
    """Announce each second what was registered in it; a refused batch is sent again with the same ids."""

    def __init__(self, plan: Plan, port: int, key: str) -> None:
        super().__init__(daemon=True)
        self._plan, self._port = plan, port
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.announced = self.repeated = 0

    def run(self) -> None:
        """Announce until all changes are made."""
        sent = 0
        while sent < self._plan.changes:
            time.sleep(1)
            visible = self._plan.visible(time.time())
            numbers = [number for number in range(sent, visible) if is_announced(number)]
            for begin in range(0, len(numbers), MAX_EVENTS):
                batch = numbers[begin : begin + MAX_EVENTS]
                while not self._is_accepted(batch):
                    self.repeated += 1
                    time.sleep(1)
                self.announced += len(batch)
            sent = visible

    def _is_accepted(self, numbers: list[int]) -> bool:
        events = [
            # As in DataCite's messages: lists lag behind, so an event says of which change it is.
            {"id": f"burst-{n}", "doi": doi_of(base_of(n)), "updated": moment_text(self._plan.at(n))}
            for n in numbers
        ]
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("POST", "/doi-events", json.dumps({"events": events}), self._headers)
            return connection.getresponse().status == 202
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Visitor(threading.Thread):
    """Opens one page after the other, signed in, and remembers how long each took."""

    def __init__(self, port: int, cookie: str) -> None:
        super().__init__(daemon=True)
        self._port, self._cookie = port, cookie
        self._stopping = threading.Event()
        self.times: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Open pages until stopped."""
        for path in itertools.cycle(PAGES):
            if self._stopping.wait(PAGE_PAUSE):
                return
            began = time.perf_counter()
            status = self._open(path)
            if status == "200":
                self.times.append(time.perf_counter() - began)
            else:
                self.failures.append(f"{path} {status}")

    def _open(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("GET", path, headers={"Cookie": self._cookie, "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join(70)


def session_of(orcid_id: str) -> str:
    """Sign a person in and return their cookie."""
    from django.conf import settings
    from django.test import Client

    from profiles.accounts.models import Account

    client = Client()
    client.force_login(Account.objects.get(orcid_id=orcid_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def summary(values: list[float]) -> dict[str, Any]:
    """Return the median, the 95th of a hundred, and the worst."""
    ordered = sorted(values)
    if not ordered:
        return {"count": 0, "median": None, "p95": None, "worst": None}
    return {
        "count": len(ordered),
        "median": ordered[len(ordered) // 2],
        "p95": ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)],
        "worst": ordered[-1],
    }

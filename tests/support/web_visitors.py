"""What uses the web pages and the API while accidents happen: a reader of pages, and a caller of the API."""

import http.client
import itertools
import queue
import threading
from collections import Counter
from collections.abc import Sequence

from profiles_client import ClaimRequest, Profiles, ProfilesError

PATHS = ("/", "/works", "/settings/me", "/heartbeat")
LONGEST_ANSWER = 60
"""Seconds after which a page counts as never answered."""


class PageReader(threading.Thread):
    """Asks for one page after the other, as a person who is signed in, and counts what comes back."""

    def __init__(self, port: int, cookie: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._cookie = "=".join(cookie)
        self._stopping = threading.Event()
        self.answers: Counter[str] = Counter()

    def run(self) -> None:
        """Ask until stopped."""
        for path in itertools.cycle(PATHS):
            if self._stopping.wait(0.1):
                return
            self.answers[self.ask(path)] += 1

    def ask(self, path: str) -> str:
        """Return the status of the answer, "no connection", "broken off" or "never answered"."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST_ANSWER)
        try:
            connection.connect()
        except OSError:
            return "no connection"
        try:
            connection.request("GET", path, headers={"Cookie": self._cookie, "Host": "127.0.0.1"})
            answer = connection.getresponse()
            return f"{answer.status}" if answer.read() or answer.status in {301, 302} else "empty"
        except TimeoutError:
            return "never answered"
        except (OSError, http.client.HTTPException):
            return "broken off"
        finally:
            connection.close()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join(LONGEST_ANSWER + 5)


class ApiCaller(threading.Thread):
    """Sends batches of claims to the API, each again with the same key until it is accepted."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self._profiles = Profiles(f"http://127.0.0.1:{port}", token=token)
        self._batches: queue.Queue[tuple[str, list[ClaimRequest]]] = queue.Queue()
        self._stopping = threading.Event()
        self.repeats: Counter[str] = Counter()
        self.refused = 0

    def send(self, key: str, requests: list[ClaimRequest]) -> None:
        """Send these soon."""
        self._batches.put((key, requests))

    @property
    def is_done(self) -> bool:
        """Whether everything was accepted."""
        return not self._batches.unfinished_tasks

    def run(self) -> None:
        """Send until stopped."""
        while not self._stopping.is_set():
            try:
                key, requests = self._batches.get(timeout=0.2)
            except queue.Empty:
                continue
            while not self._stopping.is_set() and not self._is_accepted(key, requests):
                self._stopping.wait(0.5)
            self._batches.task_done()

    def _is_accepted(self, key: str, requests: list[ClaimRequest]) -> bool:
        try:
            batch = self._profiles.batches.create(requests, key=key)
        except ProfilesError as error:
            self.repeats[str(error.status)] += 1
            return False
        self.refused += batch.refused
        return True

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join(LONGEST_ANSWER)
        self._profiles.close()

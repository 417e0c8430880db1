"""How soon a DOI that is announced is on its way to ORCID, on a system that has nothing else to do (P7).

    python -m bench.announced [--rounds 100] [--json FILE]

Real processes: the web server takes ``POST /doi-events``, the worker fetches the record, decides, and calls
ORCID. DataCite and ORCID are played by this process; the clock runs from before the request is sent until
ORCID's side has read the work. Beside it, in the same run, the limit: a NOTIFY from one connection until
another has it.
"""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import psycopg
from bench.ground import child, database, tell

PERSON: Final = "0009-0001-0000-0014"
WARM_UP: Final = 5


class _Outside(BaseHTTPRequestHandler):
    """DataCite and ORCID, as much of them as is called here; both answer at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    arrived: Final[dict[str, float]] = {}
    bell: Final = threading.Condition()
    disable_log = True

    def do_GET(self) -> None:
        """Give a DOI, or what kind of repository holds it."""
        if self.path.startswith("/dois/"):
            return self._answer(200, {"data": _record(self.path.removeprefix("/dois/").partition("?")[0])})
        if self.path.startswith("/clients/"):
            return self._answer(200, {"data": {"attributes": {"clientType": "repository"}}})
        return self._answer(200, {"data": [], "links": {}, "meta": {"total": 0}, "group": []})

    def do_POST(self) -> None:
        """Take a work, and remember when it came."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        came = time.perf_counter()
        doi = body.partition(b"10.5072/announced.")[2]
        with self.bell:
            self.arrived["10.5072/announced." + doi[:6].decode()] = came
            self.bell.notify_all()
        self._answer(201, None, f"http://127.0.0.1/v3.0/{PERSON}/work/{len(self.arrived)}")

    def _answer(self, status: int, body: Any, location: str = "") -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def _record(doi: str) -> dict[str, Any]:
    iri = f"https://orcid.org/{PERSON}"
    named = [{"nameIdentifier": iri, "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}]
    return {
        "id": doi,
        "type": "dois",
        "attributes": {
            "doi": doi,
            "state": "findable",
            "titles": [{"title": "Announced"}],
            "creators": [{"name": "Alvarado, Alice", "nameIdentifiers": named}],
            "publisher": "Bench",
            "publicationYear": 2026,
            "types": {"resourceTypeGeneral": "Dataset"},
            "dates": [{"date": "2026-11-01", "dateType": "Issued"}],
            "created": "2026-11-01T00:00:00Z",
            "registered": "2026-11-01T00:00:00Z",
            "updated": "2026-11-01T00:00:00Z",
        },
        "relationships": {"client": {"data": {"id": "bench.repo", "type": "clients"}}},
    }


@contextmanager
def outside() -> Iterator[str]:
    """Run DataCite and ORCID in a thread; give their address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Outside)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def enrol() -> str:
    """Enrol one person, with a permission, and give a key that may announce DOIs."""
    from profiles.accounts.keys import give_service_key
    from profiles.accounts.models import Account
    from profiles.consents.models import Consent
    from profiles.consents.sealing import seal_purpose
    from profiles.domain.consent import SCOPES, Purpose
    from profiles.infra import clock, wiring

    since = clock.now().replace(year=2025)
    Account.objects.create(orcid_id=PERSON, name="Alice Alvarado", auto_update_since=since)
    Consent.objects.create(
        orcid_id=PERSON,
        purpose=Purpose.AUTO_UPDATE.value,
        client_id=wiring.orcid_client(Purpose.AUTO_UPDATE).client_id,
        scopes=list(SCOPES),
        access_token=wiring.vault().seal("0" * 36, purpose=seal_purpose(PERSON, Purpose.AUTO_UPDATE.value)),
        granted_at=since,
    )
    return str(give_service_key(name="bench", scopes=["doi-events:write"], days=1, by="bench").secret)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def announce(port: int, key: str, number: int) -> float:
    """Announce one DOI; say how many milliseconds went by until ORCID had the work."""
    doi = f"10.5072/announced.{number:06}"
    body = json.dumps({"events": [{"id": f"bench-{number}", "doi": doi, "updated": "2026-11-01T00:00:00Z"}]})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/doi-events", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 202:
        raise RuntimeError(f"{answer.status} {said[:300]!r}")
    with _Outside.bell:
        if not _Outside.bell.wait_for(lambda: doi in _Outside.arrived, timeout=30):
            raise TimeoutError(doi)
        return (_Outside.arrived[doi] - began) * 1000


def notify_round_trips(url: str, rounds: int) -> list[float]:
    """Measure the limit: NOTIFY on one connection until it is read on another, in milliseconds."""
    found: list[float] = []
    with psycopg.connect(url, autocommit=True) as hears, psycopg.connect(url, autocommit=True) as rings:
        hears.execute("LISTEN bench")
        for _ in range(rounds):
            began = time.perf_counter()
            rings.execute("NOTIFY bench")
            next(iter(hears.notifies(timeout=5, stop_after=1)))
            found.append((time.perf_counter() - began) * 1000)
            time.sleep(0.005)
    return found


def run(rounds: int) -> dict[str, Any]:
    """Measure both."""
    port = free_port()
    draw = random.Random(7)
    with ExitStack() as stack:
        os.environ["ORCID_API_URL"] = os.environ["API_URL"] = stack.enter_context(outside())
        os.environ["PROFILES_ORCID_RATE"], os.environ["PROFILES_ORCID_BURST"] = "24", "40"
        url = stack.enter_context(database())
        key = enrol()
        stack.enter_context(child("profiles", "serve", "--port", str(port), log="announced-web.log"))
        stack.enter_context(child("profiles", "worker", log="announced-worker.log"))
        _until_up(port)
        times = []
        for number in range(rounds + WARM_UP):
            times.append(announce(port, key, number))
            time.sleep(draw.uniform(0.1, 0.6))
        limit = notify_round_trips(url, 200)
    return _result(times[WARM_UP:], limit)


def _until_up(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                time.sleep(3)  # the worker too
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web server did not come up")


def _result(times: list[float], limit: list[float]) -> dict[str, Any]:
    rows = [
        {"row": name, "rounds": len(found), **_percentiles(found)}
        for name, found in (("NOTIFY, one way (limit)", limit), ("announced until ORCID is called", times))
    ]
    half, most = rows[1]["p50_ms"], rows[1]["p99_ms"]
    return {
        "rows": rows,
        "ratios": {
            "p50, ms (P7, goal <= 100)": half,
            "p99, ms (P7, goal <= 500)": most,
        },
    }


def _percentiles(found: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(found, n=100, method="inclusive")
    return {"p50_ms": cut[49], "p90_ms": cut[89], "p99_ms": cut[98], "max_ms": max(found)}


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=100)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    tell(run(given.rounds), given.json, digits=1)


if __name__ == "__main__":
    main()

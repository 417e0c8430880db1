"""Whether the web process grows: memory after 5,000 requests, beside a thousand (P11).

    python -m bench.web_memory [--requests 5000] [--json FILE]

One process with its four threads, asked over HTTP by four clients at once for what people and services ask
for: pages, lists, one claim, a person, discovery, claims made and taken back, and refusals. The limit is the
process itself after the first thousand requests. What stays level from then on is caches; what goes on
growing is a leak. A hundred thousand requests (``--requests 100000``) take twenty times as long.
"""

import argparse
import http.client
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
from bench import ground
from bench.claims_list import BIG, EACH, fill, session_of, signing_keys
from bench.commons import served
from bench.records import orcid_id

CLAIMS: Final = 10_000
PEOPLE: Final = 40
AT_ONCE: Final = 4
WARM: Final = 1_000
STEPS: Final = 10
"""How often memory is looked at after the warm-up."""

Call = tuple[str, str, bytes | None, dict[str, str], int]
"""Method, address, body, headers and the status that must come back."""


def calls_of(person: str, cookie: str, token: str) -> Iterator[Call]:
    """Go through what one person's browser and services ask for, again and again."""
    page = {"Cookie": cookie, "Accept": "text/html"}
    service = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    json = {**service, "Content-Type": "application/json"}
    for number in cycle(range(1_000)):
        name = str(uuid.uuid4())
        doi = f"10.5072/grows.{number}"
        words = {"orcid": person, "doi": doi, "claim_action": "create", "source_id": "orcid_search"}
        yield "GET", "/settings/me", None, page, 200
        yield "GET", f"/claims?user-id={person}&page[size]=25", None, service, 200
        yield "GET", "/works", None, page, 200
        yield "GET", f"/users/{person}", None, service, 200
        yield "POST", "/claims", msgspec.json.encode({"claim": {"uuid": name, **words}}), json, 202
        yield "GET", f"/claims/{name}", None, service, 200
        yield "DELETE", f"/claims/{name}", None, service, 202
        yield "GET", "/settings/rules", None, page, 200
        yield "GET", "/.well-known/openid-configuration", None, service, 200
        yield "GET", f"/claims/{uuid.uuid4()}", None, service, 404
        yield "POST", "/claims", b"{", json, 400
        yield "GET", "/works", None, {"Accept": "text/html"}, 302


def ask(port: int, calls: list[Iterator[Call]], count: int) -> None:
    """Send so many requests, the people taking turns, on a connection that stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for turn in islice(cycle(calls), count):
        method, address, body, heads, wanted = next(turn)
        connection.request(method, address, body, heads)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == wanted, (method, address, answer.status, content[:300])
    connection.close()


def memory_of_largest() -> float:
    """Return the resident memory of the server's process, in MB."""
    servers = [p for p in psutil.Process().children(recursive=True) if "postgres" not in p.name()]
    return max(p.memory_info().rss for p in servers) / 1e6


def run(requests: int) -> dict[str, Any]:
    """Ask, and look at memory on the way."""
    os.environ.update(signing_keys())
    rows: list[dict[str, Any]] = []
    with ground.database() as url:
        os.environ.update({"PROFILES_MODE": "demo", "PROFILES_TEST_SUITE": "1", "LOG_LEVEL": "WARNING"})
        fill(url, CLAIMS)
        from profiles.accounts.models import Account
        from profiles.sso.cookie.shared_cookie import token_for

        wanted = [orcid_id(BIG // EACH + 1 + n) for n in range(PEOPLE)]
        calls = [
            calls_of(str(account.orcid_id), session_of(account), token_for(account) or "")
            for account in Account.objects.filter(orcid_id__in=wanted)
        ]
        shares = [calls[n::AT_ONCE] for n in range(AT_ONCE)]
        with served("profiles", "serve", "--port", "{port}") as port, ThreadPoolExecutor(AT_ONCE) as threads:
            done = 0
            for upto in [WARM, *(WARM + (requests - WARM) * n // STEPS for n in range(1, STEPS + 1))]:
                began = time.perf_counter()
                each = (upto - done) // AT_ONCE
                list(threads.map(ask, [port] * AT_ONCE, shares, [each] * AT_ONCE))
                rate = (upto - done) / (time.perf_counter() - began)
                done = upto
                row = {"requests": upto, "memory_mb": memory_of_largest(), "requests_per_s": round(rate)}
                rows.append(row)
    after = rows[-1]["memory_mb"]
    half = rows[len(rows) // 2]["memory_mb"]
    ratios = {
        f"memory after {requests:,} requests / after {WARM:,} (P11, goal <= 1.1)": after
        / rows[0]["memory_mb"],
        "memory after all / after half": after / half,
    }
    return {"rows": rows, "ratios": ratios}


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--requests", type=int, default=5_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.requests), given.json)


if __name__ == "__main__":
    main()

"""How fast Commons is answered at a million claims: over HTTP, one process with its four threads.

    python -m bench.commons [--claims 1000000] [--json FILE]

Commons gives up after five seconds. For each work that somebody adds it asks whether there is a claim, makes
one, looks for it, reads it, and takes it back; each step is timed, by one client and by sixteen at once, for
people with few claims and one with a thousand. What was written must be seen by the next question. Beside it,
in the same run and over the same database, the limit: the same server with one statement for each request.
"""

import argparse
import http.client
import os
import statistics
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from bench import ground
from bench.claims_list import BIG, EACH, signing_keys
from bench.records import orcid_id
from tests.support.served import free_port

PEOPLE: Final = 48
ROUNDS: Final = 6
AT_ONCE: Final = 16
STEPS: Final = (
    "GET /claims, none yet",
    "POST /claims",
    "GET /claims, there now",
    "GET /claims/{id}",
    "DELETE /claims/{id}",
)


class Client:
    """A person's requests by way of Commons, on a connection that stays open."""

    def __init__(self, port: int, person: str, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._person = person
        self._heads = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        self.took: dict[str, list[float]] = {step: [] for step in STEPS}

    def add_and_take_back(self, doi: str) -> None:
        """Do what Commons does for one work."""
        name = str(uuid.uuid4())
        words = {"orcid": self._person, "doi": doi, "claim_action": "create", "source_id": "orcid_search"}
        body = msgspec.json.encode({"claim": {"uuid": name, **words}})
        asked = f"/claims?user-id={self._person}&dois={doi.replace('/', '%2F')}"
        none, made, there, one, gone = STEPS
        assert name.encode() not in self._call(none, "GET", asked, 200)
        self._call(made, "POST", "/claims", 202, body)
        assert name.encode() in self._call(there, "GET", asked, 200)
        self._call(one, "GET", f"/claims/{name}", 200)
        self._call(gone, "DELETE", f"/claims/{name}", 202)

    def _call(self, step: str, method: str, address: str, wanted: int, body: bytes | None = None) -> bytes:
        heads = {**self._heads, **({"Content-Type": "application/json;charset=UTF-8"} if body else {})}
        began = time.perf_counter()
        self._connection.request(method, address, body, heads)
        answer = self._connection.getresponse()
        content = answer.read()
        self.took[step].append((time.perf_counter() - began) * 1000)
        assert answer.status == wanted, (step, answer.status, content[:300])
        return content


@contextmanager
def served(*words: str) -> Iterator[int]:
    """Run a server; gives its port."""
    port = free_port()
    with ground.child(*[word.format(port=port) for word in words], log=f"commons_{words[0]}.log"):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/claims/{uuid.uuid4()}", timeout=5):
                    break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield port


def measured(port: int, people: dict[str, str], label: str) -> dict[str, dict[str, list[float]]]:
    """Time the steps, by one client and by many at once."""
    found = {}
    for at_once in (1, AT_ONCE):
        clients = [Client(port, person, token) for person, token in people.items()]
        turns: Callable[[int], Client] = clients.__getitem__
        for client in clients[:2]:
            client.add_and_take_back(f"10.5072/warm.{label}.{at_once}")

        def some(first: int, at_once: int = at_once, turns: Callable[[int], Client] = turns) -> None:
            for number in range(first, len(people), at_once):
                for again in range(ROUNDS):
                    turns(number).add_and_take_back(f"10.5072/{label}.{at_once}.{number}.{again}")

        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(some, range(at_once)))
        found[f"{at_once} at once"] = {
            step: [took for client in clients for took in client.took[step]] for step in STEPS
        }
    return found


def run(claims: int) -> dict[str, Any]:
    """Measure the product and the limit, over the same claims."""
    os.environ.update(signing_keys())
    with ground.database(claims):
        os.environ.update({"PROFILES_MODE": "demo", "PROFILES_TEST_SUITE": "1", "LOG_LEVEL": "WARNING"})
        others = [orcid_id(BIG // EACH + 1 + n) for n in range(PEOPLE - 1)]
        from profiles.accounts.models import Account
        from profiles.sso.cookie.shared_cookie import token_for

        people = {
            str(account.orcid_id): token_for(account) or ""
            for account in Account.objects.filter(orcid_id__in=[orcid_id(0), *others])
        }
        with served("profiles", "serve", "--port", "{port}") as port:
            ours = measured(port, people, "ours")
        with served("bench.bare_claims", "{port}") as port:
            limit = measured(port, people, "limit")
    rows, ratios = [], {}
    for how, steps in ours.items():
        for step, took in steps.items():
            row = _row(f"{step}, {how}", took)
            bare = _row("", limit[how][step])
            rows.append({**row, "limit_p50_ms": bare["p50_ms"], "limit_p99_ms": bare["p99_ms"]})
            ratios[f"limit / {row['row']}"] = bare["p50_ms"] / row["p50_ms"]
    ratios["the slowest answer, ms (goal <= 5,000)"] = max(row["slowest_ms"] for row in rows)
    return {"claims": claims, "rows": rows, "ratios": ratios}


def _row(name: str, took: list[float]) -> dict[str, Any]:
    ordered = sorted(took)
    return {
        "row": name,
        "calls": len(ordered),
        "p50_ms": statistics.median(ordered),
        "p99_ms": ordered[int(len(ordered) * 0.99)],
        "slowest_ms": ordered[-1],
    }


def main() -> None:
    """Measure, print, and keep."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--claims", type=int, default=1_000_000)
    words.add_argument("--json", type=Path, help="where to write the result")
    given = words.parse_args()
    ground.tell(run(given.claims), given.json)


if __name__ == "__main__":
    main()

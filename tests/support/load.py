"""People and services that use an installation without a pause while something is done to it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import requests

CLAIM = {"orcid": "0009-0001-0000-0022", "doi": "10.5072/rolling", "source_id": "orcid_update"}
TIMEOUT = 20


@contextmanager
def under_load(url: str, *, token: str, trusted: str) -> Iterator[Counter[str]]:
    """Have nine clients ask for pages, read claims and make claims; count their answers by kind and status.

    ``token`` is a service key that may read and write claims; ``trusted`` is the file of the certificate.
    """
    answers: Counter[str] = Counter()
    done = threading.Event()
    headers = {"Authorization": f"Bearer {token}"}
    calls = {
        "page": lambda client: client.get(f"{url}/sign_in", timeout=TIMEOUT),
        "api": lambda client: client.get(f"{url}/claims", headers=headers, timeout=TIMEOUT),
        "claim": lambda client: client.post(
            f"{url}/claims", json={"claim": CLAIM}, headers=headers, timeout=TIMEOUT
        ),
    }

    def visit(kind: str) -> None:
        with requests.Session() as client:
            client.verify, client.trust_env = trusted, False
            while not done.is_set():
                try:
                    answers[f"{kind} {calls[kind](client).status_code}"] += 1
                except requests.RequestException as error:
                    answers[f"{kind} {type(error).__name__}"] += 1
                time.sleep(0.02)

    visitors = [threading.Thread(target=visit, args=(kind,)) for kind in calls for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    time.sleep(2)
    try:
        yield answers
        time.sleep(2)
    finally:
        done.set()
        for visitor in visitors:
            visitor.join()

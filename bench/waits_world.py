"""The people, works, clicks and announcements of the benchmark of waits."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from bench import ground
from bench.claims_list import session_of
from bench.push_world import batches
from bench.rehearsal.plan import token_of
from tests.support.records import creator, record
from tests.support.served import free_port

from profiles.accounts.models import Account
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import SCOPES, Purpose
from profiles.domain.eligibility.case import Source
from profiles.infra import clock, wiring
from profiles.intake.models import LookBack
from profiles.intake.watch import load_watch
from profiles.pipeline.intake.receive import take_in_records
from profiles.sso.cookie.shared_cookie import token_for
from sandbox.control import ControlError
from sandbox.remote import Remote

POLL_SECONDS: Final = 0.1
PATIENCE: Final = 60.0


@contextmanager
def orcid() -> Iterator[Remote]:
    """Run ORCID with its limit and latency, in a process of its own."""
    port = free_port()
    with ground.child("bench.waits_orcid", str(port), log="waits-orcid.log"):
        remote = Remote(f"http://127.0.0.1:{port}")
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                remote.order("faults", method="GET")
            except (OSError, ControlError):
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
            else:
                yield remote
                return


def enrol(remote: Remote, ids: Sequence[str]) -> None:
    """Give these people an account, Auto-Update, and both permissions, which ORCID knows."""
    since = clock.now() - timedelta(days=1)
    Account.objects.bulk_create(
        [
            Account(
                orcid_id=who,
                name="Kim Nieman",
                given_names="Kim",
                family_name="Nieman",
                auto_update_since=since,
            )
            for who in ids
        ]
    )
    LookBack.objects.bulk_create([LookBack(orcid_id=who, at=since) for who in ids])
    client_id = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    remote.order("people", [{"orcid": who, "given_names": "Kim", "family_name": "Nieman"} for who in ids])
    for number, who in enumerate(ids):
        token = {
            "client_id": client_id,
            "orcid": who,
            "scopes": list(SCOPES),
            "access_token": token_of(number),
        }
        remote.order("tokens", token)
        for purpose in Purpose:
            sealed = wiring.vault().seal(token_of(number), purpose=seal_purpose(who, purpose.value))
            Consent.objects.create(
                orcid_id=who,
                purpose=purpose.value,
                client_id=client_id,
                scopes=list(SCOPES),
                access_token=sealed,
                granted_at=since,
            )


def register_for_clicks(datacite: Remote, ids: Sequence[str]) -> None:
    """Register a work for each person to claim; it names no iD, so that Auto-Update leaves it alone."""
    datacite.order("dois", [record(clicked_doi(who), creators=[creator(None)]) for who in ids])


def clicked_doi(who: str) -> str:
    """Return the DOI that this person claims."""
    return f"10.5072/clicked.{who}".lower()


def work(who: str, doi: str, *, title: str = "Water levels", at: datetime | None = None) -> dict[str, Any]:
    """Return the record of a DOI that names this person."""
    moment = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return record(
        doi,
        creators=[creator(who, name="Nieman, Kim", givenName="Kim", familyName="Nieman")],
        titles=[{"title": title}],
        registered=moment,
        updated=moment,
    )


def take_in(records: Sequence[dict[str, Any]]) -> None:
    """Let intake see these records, as pages of a poll."""
    watch = load_watch()
    for page in batches(records, 100):
        take_in_records([msgspec.json.encode(one) for one in page], source=Source.POLL, watch=watch)


def cookie_of(who: str) -> str:
    """Sign a person in."""
    return session_of(Account.objects.get(orcid_id=who))


class Web:
    """The web server as browsers and services see it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tokens = {str(one.orcid_id): token_for(one) or "" for one in Account.objects.all()}

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, float]:
        """Send one request; return the status, the content, and how many seconds it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        began = time.perf_counter()
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, path, content, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        read = answer.read()
        took = time.perf_counter() - began
        connection.close()
        return answer.status, read, took

    def click(self, who: str) -> tuple[float, float]:
        """Claim a work as a person, then look every 0.1 s; return when it began and when it was done."""
        doi, name = clicked_doi(who), str(uuid.uuid4())
        heads = {"Authorization": f"Bearer {self._tokens[who]}", "Accept": "application/json"}
        claim = {
            "uuid": name,
            "orcid": who,
            "doi": doi,
            "claim_action": "create",
            "source_id": "orcid_search",
        }
        clicked = time.time()
        status, content, _ = self.request("POST", "/claims", {"claim": claim}, **heads)
        if status != 202:
            raise RuntimeError(f"{status} {content[:300]!r}")
        while time.time() < clicked + PATIENCE:
            _, content, _ = self.request("GET", f"/claims/{name}", **heads)
            if b'"state":"done"' in content.replace(b" ", b""):
                return clicked, time.time()
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"{doi} was not done: {content[:300]!r}")

    def announce(self, key: str, doi: str) -> float:
        """Announce a DOI, as DataCite's queue does; return when."""
        at = time.time()
        event = {"id": f"waits-{doi}", "doi": doi}
        status, content, _ = self.request(
            "POST", "/doi-events", {"events": [event]}, Authorization=f"Bearer {key}"
        )
        if status != 202:
            raise RuntimeError(f"{status} {content[:300]!r}")
        return at

"""A storm for the push: worker processes that die, an ORCID that fails, requests that change, one seed."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from django.db import OperationalError, connection, connections

from profiles.claims.models import Claim, Lane
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.ids import check_digit
from tests.support.pushing import permitted, registered
from tests.support.workers import start_worker

BROKEN: Final = '{"response-code":500,"developer-message":"broken","error-code":9008}'
REFUSED: Final = '{"error":"invalid_token","error_description":"Invalid access token: 0"}'
FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"status": 503, "body": "<html>busy</html>", "content_type": "text/html"},
    {"status": 503, "body": "", "headers": {"Retry-After": "1"}},
    {"status": 502, "body": ""},
    {"status": 520, "body": "<html>cloud</html>", "content_type": "text/html"},
    {"status": 500, "body": BROKEN, "content_type": "application/json"},
    {"status": 401, "body": REFUSED, "content_type": "application/json"},
    {"status": 200, "body": "<<<", "content_type": "application/json"},
    {"status": 201, "body": "", "content_type": "text/html"},
    {"delay_ms": 300},
    {"delay_after_ms": 300},
    {"delay_after_ms": 1500},
    {"drop": True},
    {"drop_after": True},
    {"drop_after": True, "delay_ms": 200},
    {"spoil": True},
    {"slow_bytes": 40},
    {"slow_bytes": 2000},
)
"""Before the write took effect and after it; one of them lasts longer than a worker waits."""
CALL_SECONDS: Final = "1"
BLOWS: Final = ("kill", "stop", "cut off", "kill")
"""What happens to workers, each as often as it stands here: chance decides only the order."""


def invented_ids(count: int) -> list[str]:
    """Return so many invented iDs."""
    bare = (f"00090002{number:07d}" for number in range(count))
    return [f"{d[:4]}-{d[4:8]}-{d[8:12]}-{d[12:]}{check_digit(d)}" for d in bare]


@dataclass
class Storm:
    """The people and works of one run, what is intended for them, and the trouble in their way."""

    orcid: Any
    datacite: Any
    seed: int
    people: int
    works_each: int
    workers: int = 2
    intended: dict[tuple[str, str], bool] = field(default_factory=dict)
    taken_off: dict[tuple[str, str], bool] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    trouble: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the world; nothing is asked for yet."""
        self.random = random.Random(self.seed)
        self.ids = invented_ids(self.people)
        self.dois = [f"10.5072/storm-{number}" for number in range(max(self.works_each * 4, 20))]
        self.orcid.order("people", [{"orcid": one, "name": "Somebody"} for one in self.ids])
        for one in self.ids:
            permitted(self.orcid, one)
            self.origins[one] = self.random.choice(list(Origin))
        for doi in self.dois:
            self.change_title(doi, 1)
        self.pairs = [
            (one, doi) for one in self.ids for doi in self.random.sample(self.dois, self.works_each)
        ]
        self._running: list[subprocess.Popen] = []
        self._next_blow = 0.0
        self._blows: list[str] = []

    # --- what people and repositories do -------------------------------------------------------------
    def change_title(self, doi: str, version: int) -> None:
        """Let a repository correct the metadata of a DOI."""
        self.titles[doi] = f"{doi}, version {version}"
        registered(self.datacite, doi, title=self.titles[doi], names=())

    def ask(self, pairs: list[tuple[str, str]], action: ClaimAction = ClaimAction.CREATE) -> None:
        """Ask for works on records, or off them; one in ten by their person, who waits at a screen.

        What its person took off stays off until they ask for it themselves.
        """
        claim_requests = []
        for orcid_id, doi in pairs:
            clicked = self.random.random() < 0.1
            claim_requests.append(
                ClaimRequest(
                    orcid_id,
                    doi,
                    self.origins[orcid_id],
                    action,
                    urgent=clicked,
                    by_owner=clicked,
                    actor="click" if clicked else "rule",
                )
            )
            if clicked:
                self.taken_off[orcid_id, doi] = action is ClaimAction.DELETE
            wanted = action is ClaimAction.CREATE and not self.taken_off.get((orcid_id, doi))
            self.intended[orcid_id, doi] = wanted
        request_claims(claim_requests)

    # --- trouble -------------------------------------------------------------------------------------
    def rage(self, *, seconds: float) -> None:
        """Let so much time pass, with trouble in it."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.tick(calm=False)

    def tick(self, *, calm: bool) -> None:
        """Let a moment pass: keep the workers up, spread trouble unless it is calm, let waits be over."""
        while len(self._running) < self.workers:
            self._running.append(start_worker(PROFILES_CALL_SECONDS=CALL_SECONDS))
        if not calm:
            self._break_something()
        self._let_time_pass()
        time.sleep(0.1)

    def _break_something(self) -> None:
        fault = dict(self.random.choice(FAULTS))
        count, skip = self.random.choice((1, 1, 2, 6)), self.random.randrange(8)
        self.orcid.fail_next(count, path="/work", skip=skip, **fault)
        if time.monotonic() > self._next_blow:
            self._next_blow = time.monotonic() + self.random.uniform(1.5, 3.0)
            self._blows = self._blows or self.random.sample(BLOWS, len(BLOWS))
            how = self._blows.pop()
            self.trouble[how] = self.trouble.get(how, 0) + 1
            if how == "cut off":
                self._cut_off()
            else:
                self._end(self._running.pop(0), signal.SIGKILL if how == "kill" else signal.SIGTERM)

    def _cut_off(self) -> None:
        """Take the workers' database connections away, as a restart of PostgreSQL does."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name LIKE 'profiles %%'"
            )

    def _let_time_pass(self) -> None:
        """Let the waits after trouble be over at once; the storm has no hours.

        A worker that writes the same rows may stand in the way; then they are over a moment later.
        """
        with suppress(OperationalError), connection.cursor() as cursor:
            cursor.execute("UPDATE infra_bucket SET blocked_until = now() WHERE blocked_until > now()")
            cursor.execute(
                "WITH early AS (UPDATE claims_claim SET due_at = now()"
                " WHERE state = 'waiting' AND due_at > now() RETURNING orcid_id)"
                " UPDATE claims_lane SET due_at = now() WHERE orcid_id IN (SELECT orcid_id FROM early)"
                " AND leased_until IS NULL"
            )

    def _end(self, worker: subprocess.Popen, how: signal.Signals) -> None:
        os.kill(worker.pid, how)
        worker.wait(15)

    def calm_down(self, *, seconds: float) -> None:
        """End the trouble and wait until nothing is left to do, then stop the workers."""
        self.orcid.heal()
        self.settle(seconds=seconds)
        self.stop()

    def settle(self, *, seconds: float) -> None:
        """Let so much time pass without new trouble, or less when nothing is left to do."""
        ends = time.monotonic() + seconds
        while _unfinished() and time.monotonic() < ends:
            self.tick(calm=True)

    def stop(self) -> None:
        """Stop the workers."""
        while self._running:
            self._end(self._running.pop(), signal.SIGTERM)
        connections.close_all()

    # --- what is there afterwards --------------------------------------------------------------------
    def wanted(self) -> dict[str, list[tuple[str, str]]]:
        """Return what should be on each record: DOI and title."""
        return {
            one: sorted(
                (doi, self.titles[doi]) for (who, doi), there in self.intended.items() if who == one and there
            )
            for one in self.ids
        }

    def found(self) -> dict[str, list[tuple[str, str]]]:
        """Return what is on each record: the DOI and title of every work, doubles included."""
        return {
            person["orcid"]: sorted((_own_doi(work), work["title"]) for work in person["works"])
            for person in self.orcid.state()["people"]
            if person["orcid"] in set(self.ids)
        }


def _own_doi(work: dict[str, Any]) -> str:
    return next(value for kind, value, relation in work["identifiers"] if (kind, relation) == ("doi", "self"))


def _unfinished() -> bool:
    try:
        return (
            Claim.objects.filter(state__in=["waiting", "working"]).exists()
            or Lane.objects.filter(due_at__isnull=False).exists()
        )
    except psycopg.OperationalError:
        return True

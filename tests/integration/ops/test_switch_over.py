"""The hour of docs/ops/moving-in.md, played: today's service, its consumers, the switch, and the way back.

A person's browser with the shared cookie and an agent of DataCite call without a pause, through the load
balancer. Agents read a queue, which keeps their messages while they are stopped.
"""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter, deque
from contextlib import contextmanager
from urllib.parse import quote, unquote

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from profiles.accounts.models import Account, RoleChange
from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.consents.models import Consent, Receipt
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from profiles.ops.cli import cli
from tests.support.previous_service.database import PreviousService
from tests.support.previous_service.running import RunningPreviousService, behind_a_load_balancer
from tests.support.pushing import ALICE, registered, run_lanes, works_of
from tests.support.workers import wait_until

pytestmark = pytest.mark.usefixtures("db")
DANA = "0009-0001-0000-0049"
IMPORTED = (Receipt, Consent, ClaimHistory, Lane, Claim, RoleChange, Account)


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


def empty_our_database():
    for model in IMPORTED:
        model.objects.all().delete()


class Consumers:
    """Commons with a person's cookie, and an agent with its token and queue."""

    def __init__(self, url, cookie, agents_token):
        self._url = url
        # As Commons does: decode, take the token out, call with it.
        self._token = json.loads(unquote(cookie))["authenticated"]["access_token"]
        self._agents_token = agents_token
        self._rounds = 0
        self._done = threading.Event()
        self._agent = threading.Lock()
        self.agents_run = threading.Event()
        self.queue = deque()
        self.answers = Counter()

    def call(self, verb, path, token, content=None):
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}{path}", body, headers, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def claims(self, doi=""):
        """Ask for Alice's claims as Commons does, with her cookie."""
        return self.call("GET", f"/claims?user-id={ALICE}" + (f"&dois={doi}" if doi else ""), self._token)

    def click(self, doi):
        """Press "Add to ORCID Record" in Commons."""
        claim = {"orcid": ALICE, "doi": doi, "claim_action": "create", "source_id": "orcid_search"}
        return self.call("POST", "/claims", self._token, {"claim": claim})[0]

    def read(self):
        while not self._done.is_set():
            status, body = self.claims()
            self.answers[f"read {status}"] += 1
            self.answers["lost claims"] += any(not claim["id"] for claim in body.get("data", ()))
            self._rounds += 1

    def claim(self):
        while not self._done.wait(0.02):
            with self._agent:
                if self.agents_run.is_set() and self.queue:
                    self._claim(self.queue[0])
                    # A message leaves the queue when it was dealt with.
                    self.queue.popleft()

    def _claim(self, doi):
        claim = {"orcid": ALICE, "doi": doi, "claim_action": "create", "source_id": "orcid_update"}
        status, _body = self.call("POST", "/claims", self._agents_token, {"claim": claim})
        self.answers[f"agent {status}"] += 1

    def stop_agents(self):
        """Stop the agents, and wait until the one that has a message is done with it."""
        self.agents_run.clear()
        with self._agent:
            pass

    def wait_for_rounds(self, more=2):
        """Let the consumers go on for a while."""
        ends = self._rounds + more
        wait_until(lambda: self._rounds >= ends, seconds=60)

    def wait_for_queue(self):
        wait_until(lambda: not self.queue, seconds=60)
        self.wait_for_rounds()

    @contextmanager
    def running(self):
        threads = [threading.Thread(target=step) for step in (self.read, self.claim)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._done.set()
            for thread in threads:
                thread.join()


class Hour:
    """What the operators do."""

    def __init__(self, previous, folder, monkeypatch):
        self._previous, self._folder, self._monkeypatch = previous, folder, monkeypatch

    def dump(self):
        rows = {"users": self._previous.users, "claims": self._previous.claims}
        self._monkeypatch.setattr(PreviousService, "rows", lambda _self, table: iter(list(rows[table])))
        return PreviousService(0, 0).write_dump(self._folder / "volpino.sql.gz")

    def run(self, *words):
        done = CliRunner().invoke(cli, list(map(str, words)))
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def previous(orcid, datacite):
    service = RunningPreviousService(orcid, settings.ENVIRONMENT.JWT_PRIVATE_KEY)
    client = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    token = orcid.order("tokens", {"client_id": client, "orcid": ALICE})["access_token"]
    service.has(ALICE, token=token, orcid_search_and_link_access_token=token)
    service.has(DANA, token=token, role_id="staff_admin")
    for number in range(12):
        registered(datacite, f"10.5072/hour-{number}")
    return service


def on_record(orcid):
    works = works_of(orcid)
    return sorted(work["external-ids"]["external-id"][0]["external-id-value"] for work in works)


def dois(*numbers):
    return sorted(f"10.5072/hour-{number}" for number in numbers)


def test_the_hour_of_the_switch_and_both_ways_back(previous, place, orcid, tmp_path, monkeypatch):
    hour = Hour(previous, tmp_path, monkeypatch)
    cookie = quote(previous.cookie(ALICE), safe="-._*")
    staff = json.loads(previous.cookie(DANA, role="staff_admin"))["authenticated"]["access_token"]
    with (
        behind_a_load_balancer(previous, f"http://{place[0]}:{place[1]}") as balancer,
        Consumers(balancer.url, cookie, staff).running() as consumers,
    ):
        # Before. Days before, a copy is looked at: nothing is stored.
        consumers.agents_run.set()
        consumers.queue.extend(dois(0, 1, 2))
        consumers.wait_for_queue()
        previous.work()
        assert on_record(orcid) == dois(0, 1, 2)
        assert "claims: 3 rows; 3 new" in hour.run("import-volpino", hour.dump(), "--dry-run")
        assert not Claim.objects.exists()

        # 0 to 5: agents and workers stop, the queue keeps messages; the database is read only.
        consumers.stop_agents()
        consumers.queue.extend(dois(3, 4))
        previous.is_read_only = True
        assert consumers.click("10.5072/hour-5") == 500

        # 6 to 10: dump, import, compare.
        output = hour.run("import-volpino", hour.dump())
        assert "claims: 3 rows; 3 new" in output
        assert (Account.objects.count(), Claim.objects.count()) == (2, 3)
        before = consumers.claims()[1]["data"]

        # 30 to 40: known records are explained, then the rules are switched. Nothing runs that sends.
        assert "10.5072/hour-0" in hour.run("explain", "10.5072/hour-0", ALICE)
        calls = len(orcid.log())
        balancer.leads_to_us = True
        consumers.wait_for_rounds()
        after = consumers.claims()[1]["data"]
        assert shown_to_consumers(after) == shown_to_consumers(before)

        # The first way back, and forward again with an empty database.
        balancer.leads_to_us, previous.is_read_only = False, False
        consumers.wait_for_rounds()
        assert consumers.click("10.5072/hour-6") == 202
        previous.work()
        previous.is_read_only = True
        assert writes(orcid, after=calls) == ["POST"]
        empty_our_database()
        assert "claims: 4 rows; 4 new" in hour.run("import-volpino", hour.dump())
        balancer.leads_to_us = True

        # 45 to 60: one worker, then the agents; what the queue kept comes to us.
        run_lanes(seconds=60)
        assert on_record(orcid) == dois(0, 1, 2, 6)
        consumers.agents_run.set()
        consumers.wait_for_queue()
        assert consumers.click("10.5072/hour-5") == 202
        run_lanes(seconds=60)
        assert on_record(orcid) == dois(0, 1, 2, 3, 4, 5, 6)

        # The way back afterwards: all workers stop, what changed since is handed over.
        consumers.stop_agents()
        hand_over(consumers, previous)
        balancer.leads_to_us, previous.is_read_only = False, False
        consumers.agents_run.set()
        consumers.queue.extend(dois(3, 7))
        consumers.wait_for_queue()
        previous.work()
        assert on_record(orcid) == dois(0, 1, 2, 3, 4, 5, 6, 7)
    assert set(consumers.answers) == {"read 200", "agent 202", "lost claims"}
    assert consumers.answers["agent 202"] == 7
    assert consumers.answers["lost claims"] == 0


def shown_to_consumers(claims):
    return sorted(
        (claim["id"], claim["attributes"]["state"], claim["attributes"]["putCode"]) for claim in claims
    )


def writes(orcid, *, after):
    return [
        call["method"] for call in orcid.log()[after:] if call["method"] != "GET" and "/work" in call["path"]
    ]


def hand_over(consumers, previous):
    """Enter the claims that changed since the switch into the previous tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims_lane WHERE leased_until > now()")
        assert cursor.fetchone() == (0,)
    known = {row["doi"] for row in previous.claims}
    for claim in consumers.claims()[1]["data"]:
        shown = claim["attributes"]
        doi = shown["doi"].removeprefix("https://doi.org/")
        if doi not in known:
            row = previous.claims[0] | {"id": len(previous.claims) + 1, "uuid": claim["id"], "doi": doi}
            previous.claims.append(row | {"aasm_state": shown["state"], "put_code": shown["putCode"]})

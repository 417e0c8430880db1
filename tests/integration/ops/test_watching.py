"""Seen while it runs: health, metrics and the ids in the logs, of the real processes."""

import json
import os
import re
from pathlib import Path

import psycopg
import pytest
import requests

from tests.support.pushing import ALICE, registered
from tests.support.served import Served, free_port, serving
from tests.support.workers import wait_until

NAMES = {"database", "schema", "job_runner", "last_poll"}


class Watched:
    """A running service and the two ports at which it is watched."""

    def __init__(self, served: Served, web: int, worker: int) -> None:
        self.served, self.web, self.worker = served, web, worker

    def metrics(self, port: int | None = None) -> dict[str, float]:
        text = requests.get(f"http://127.0.0.1:{port or self.web}/metrics", timeout=10).text
        samples = (line.rpartition(" ") for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, _, value in samples}

    def ready(self, only: str = "") -> tuple[int, dict]:
        answer = requests.get(f"{self.served.url}/readyz", params={"only": only} if only else {}, timeout=20)
        return answer.status_code, answer.json()

    def stop_worker(self) -> None:
        worker = self.served.processes.pop()
        worker.terminate()
        worker.wait(30)

    def start_worker(self) -> None:
        self.served.start("worker")
        wait_until(lambda: self.ready()[0] == 200 and self.lanes() == 1, seconds=60, pause=0.5)

    def lanes(self) -> float:
        return self.metrics()['profiles_workers_alive{kind="lanes"}']

    def ask_for(self, orcid, doi: str) -> int:
        """Let Alice give her permission and ask for this work; return the claim's number."""
        client = self.served.variables["ORCID_SEARCH_AND_LINK_CLIENT_ID"]
        token = orcid.order("tokens", {"client_id": client, "orcid": ALICE})["access_token"]
        return self.served.do("tests.support.claims.permitted_claim", ALICE, doi, token)

    def sql(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.served.variables["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def watched(django_db_setup, django_db_blocker):
    web, worker = free_port(), free_port()
    ports = {"PROFILES_METRICS_PORT": str(web), "PROFILES_WORKER_METRICS_PORT": str(worker)}
    with (
        django_db_blocker.unblock(),
        serving(workers=2, jobs=True, PROFILES_HARVEST_SECONDS="1", **ports) as served,
    ):
        watched = Watched(served, web, worker)
        wait_until(lambda: watched.ready()[0] == 200 and watched.lanes() == 1, seconds=60, pause=0.5)
        yield watched


class Log:
    """What one of the processes logged."""

    def __init__(self, process: str) -> None:
        self._path = Path(os.environ["PROFILES_VAR"]) / f"served-{process}-{os.getpid()}.log"

    def lines(self, **having: object) -> list[dict]:
        found = [json.loads(line) for line in self._path.read_text().splitlines() if line.startswith("{")]
        return [line for line in found if having.items() <= line.items()]


def test_readiness_names_everything_that_is_needed(watched):
    status, content = watched.ready()

    assert (status, content["ready"]) == (200, True)
    assert set(content["checks"]) == NAMES
    assert all(check["ok"] for check in content["checks"].values())


def test_a_process_says_that_it_lives_without_asking_for_anything(watched):
    assert requests.get(f"{watched.served.url}/livez", timeout=10).text == "OK"
    assert requests.get(f"http://127.0.0.1:{watched.worker}/livez", timeout=10).text == "OK"


def test_a_database_behind_the_code_is_not_ready(watched):
    (row,) = watched.sql(
        "DELETE FROM django_migrations WHERE app = 'web' OR (app, name) IN"
        " (SELECT app, name FROM django_migrations WHERE app = 'intake' ORDER BY id DESC LIMIT 1)"
        " RETURNING app, name"
    )

    status, content = watched.ready()
    watched.sql("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", *row)

    assert status == 503
    assert not content["checks"]["schema"]["ok"]
    assert f"intake.{row[1]}" in content["checks"]["schema"]["detail"]
    assert content["checks"]["database"]["ok"]
    assert watched.ready()[0] == 200


def test_a_worker_that_is_gone_is_not_ready_and_takes_no_page_away(watched):
    watched.stop_worker()
    try:
        wait_until(lambda: not watched.ready()[1]["checks"]["job_runner"]["ok"], seconds=40, pause=0.5)
        status, content = watched.ready()
        for_pages, _ = watched.ready("database,schema")
        alive = watched.lanes()
        watched.sql(
            "UPDATE intake_harveststate SET updated_at = now() - interval '1 hour', not_before = NULL"
        )
        _, late = watched.ready("last_poll")
    finally:
        watched.start_worker()

    assert status == 503
    assert content["checks"]["job_runner"]["detail"] == "0 alive"
    assert for_pages == 200
    assert alive == 0
    assert not late["checks"]["last_poll"]["ok"]


def test_metrics_are_not_at_the_public_address(watched):
    assert requests.get(f"{watched.served.url}/metrics", timeout=10).status_code == 404
    assert watched.metrics()["profiles_database_up"] == 1


def test_metrics_tell_of_queues_workers_polling_and_connections(watched):
    told = watched.metrics()

    for queue in ("claims", "events", "jobs", "deliveries"):
        assert told[f'profiles_oldest_due_seconds{{queue="{queue}"}}'] >= 0
    assert told['profiles_workers_alive{kind="lanes"}'] == 1
    assert told['profiles_workers_alive{kind="jobs"}'] >= 1
    assert told["profiles_last_poll_timestamp_seconds"] > 0
    assert sum(told[name] for name in told if name.startswith("profiles_database_connections{")) > 1
    assert told["profiles_database_connections_max"] > 1


def test_what_is_due_and_not_taken_grows_older(watched):
    watched.stop_worker()
    try:
        watched.sql(
            "INSERT INTO intake_doievent (event_id, doi, source, due_at, tries, problem) VALUES"
            " ('late', '10.5072/late', 'queue', now() - interval '1 hour', 0, '')"
        )
        told = watched.metrics()
    finally:
        watched.sql("DELETE FROM intake_doievent WHERE event_id = 'late'")
        watched.start_worker()

    assert told['profiles_oldest_due_seconds{queue="events"}'] >= 3600


def test_requests_of_all_web_processes_are_counted_by_route_and_status(watched):
    name = 'profiles_http_requests_total{method="GET",route="why",status="200"}'
    before = watched.metrics().get(name, 0)

    for _ in range(20):
        assert requests.get(f"{watched.served.url}/why", timeout=10).status_code == 200

    told = watched.metrics()
    assert told[name] == before + 20
    assert told['profiles_http_request_seconds_count{route="why"}'] >= 20
    assert not any("0009-" in line or "10.5072" in line for line in told)


def test_a_claim_is_followed_through_logs_and_metrics_by_its_id(watched, stands):
    registered(stands.datacite, "10.5072/watched")
    claim_id = watched.ask_for(stands.orcid, "10.5072/watched")

    done = "SELECT 1 FROM claims_claim WHERE id = %s AND state = 'done'"
    wait_until(lambda: watched.sql(done, claim_id), seconds=30)

    explained = watched.served.run("explain", "10.5072/watched", ALICE)
    trace_id = re.search(r"trace_id ([0-9a-f]{32})", explained)[1]
    calls = Log("worker").lines(event="http.call", service="orcid", claim_id=claim_id, trace_id=trace_id)
    told = watched.metrics(watched.worker)
    assert [(call["verb"], call["status"]) for call in calls] == [("POST", 201)]
    assert told['profiles_attempts_total{outcome="ok",verb="add"}'] >= 1
    assert told['profiles_call_seconds_count{service="orcid"}'] >= 1
    assert told['profiles_calls_total{route="works/add",service="orcid",status="201"}'] >= 1


def test_every_line_of_a_background_job_names_it(watched):
    wait_until(lambda: Log("worker").lines(event="harvest.done"), seconds=30)

    lines = Log("worker").lines(event="harvest.done")
    assert all(line["job"] == "harvest" and line["job_id"] > 0 for line in lines)
    told = watched.metrics(watched.worker)
    assert told['profiles_jobs_total{job="harvest",outcome="ok"}'] >= 1

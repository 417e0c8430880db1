"""A real burst of DataCite: ``make rehearsal``.

Registers DOIs in real time, with a million enrolled people, ORCID at its limit and latency, accidents, a web
server with two processes and three workers. Writes docs/rehearsal.md with its pictures, and
var/bench/rehearsal.json.
PROFILES_REHEARSAL_MINUTES (10), PROFILES_REHEARSAL_RATE (93 a second), PROFILES_REHEARSAL_PEOPLE (1000000).
"""

import dataclasses
import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from bench import ground
from bench.announced import free_port
from bench.rehearsal import page
from bench.rehearsal.outcome import outcome_of
from bench.rehearsal.plan import Plan
from bench.rehearsal.sampling import Sampler
from bench.rehearsal.visitors import Agents, Visitor, session_of
from tests.support.supervisor import Supervisor

WORKERS: Final = ("worker 1", "worker 2", "worker 3")
SAMPLE_SECONDS: Final = 5.0
START_SECONDS: Final = 180
STAND_IN_SECONDS: Final = 30
"""The stand-ins need so long until they know their people."""
DRAIN_SECONDS: Final = 600
KILLED: Final = 0.4
"""A worker is killed when this part of the run is over; its supervisor starts it again."""

Later = dict[tuple[str, str], float]
"""The claims that waited for a later try when the rest was done, and for how many seconds."""


def rehearse(plan: Plan) -> dict[str, Any]:
    """Play the burst and return what was measured."""
    orcid, registry, web = free_port(), free_port(), free_port()
    settings = {
        "ORCID_API_URL": f"http://127.0.0.1:{orcid}",
        "ORCID_URL": f"http://127.0.0.1:{orcid}",
        "API_URL": f"http://127.0.0.1:{registry}",
        "ORCID_CLIENT_ID": "APP-PROFILESDEMO0003",
        "ORCID_CLIENT_SECRET": "demo-secret-update",
        "PROFILES_ORCID_RATE": "23.5",
        "PROFILES_ORCID_BURST": "24",
        "PROFILES_MODE": "demo",
        "PROFILES_TEST_SUITE": "1",
        "PROFILES_METRICS_PORT": "0",
        "PROFILES_WORKER_METRICS_PORT": "0",
        "PROFILES_URL": f"http://127.0.0.1:{web}",
        "LOG_LEVEL": "WARNING",
    }
    with ground.database(**settings) as url, ExitStack() as ends:
        key, cookie = _prepare(url, plan)
        os.environ["PROFILES_HARVEST_FROM"] = datetime.now(UTC).isoformat()
        supervisor = ends.enter_context(_service(web))
        _wait_until_up(web)
        plan = dataclasses.replace(plan, began=time.time() + STAND_IN_SECONDS)
        groups = {
            name: ends.enter_context(
                ground.child(
                    f"bench.rehearsal.{module}", str(port), str(plan.began), log=f"burst-{module}.log"
                )
            ).pid
            for name, module, port in (
                ("stand-in of ORCID", "orcid", orcid),
                ("stand-in of DataCite", "registry", registry),
            )
        }
        sampler = Sampler(url, {**groups, "load and measuring": os.getpid()}, plan.began)
        _watch_programs(sampler, supervisor)
        before = sampler.sizes()
        agents, visitor = Agents(plan, web, key), Visitor(web, cookie)
        _say(f"waits {plan.began - time.time():.0f} s for the start")
        time.sleep(max(plan.began - time.time(), 0))
        visitor.start()
        agents.start()
        drained, later = _run(plan, sampler, supervisor)
        visitor.stop()
        with urllib.request.urlopen(f"http://127.0.0.1:{orcid}/__sandbox__/rehearsal") as answer:
            records = json.load(answer)
        result = outcome_of(plan, records, sampler, later=later, visitor=visitor, agents=agents)
        result |= {"drained": drained, "before": before, "after": sampler.sizes()}
        result["restarts"] = dict(supervisor.restarts)
        sampler.close()
    return result


def _prepare(url: str, plan: Plan) -> tuple[str, str]:
    from bench.rehearsal import people

    from profiles.accounts.keys import give_service_key

    began = time.perf_counter()
    people.enrol(url, plan)
    _say(f"{plan.people:,} people enrolled in {time.perf_counter() - began:.0f} s")
    key = give_service_key(name="agents", scopes=["doi-events:write"], days=1, by="rehearsal").secret
    return str(key), session_of(people.VISITOR)


@contextmanager
def _service(port: int) -> Iterator[Supervisor]:
    """Run the web server with two processes, and three workers."""
    supervisor = Supervisor(ground.VAR / "rehearsal")
    try:
        supervisor.add("web", "serve", "--port", str(port), "--workers", "2")
        for name in WORKERS:
            supervisor.add(name, "worker")
        yield supervisor
    finally:
        supervisor.stop_all()


def _watch_programs(sampler: Sampler, supervisor: Supervisor) -> None:
    """Measure the processes that run now, under the names of their programs."""
    for name, pid in supervisor.pids().items():
        sampler.groups[name] = pid
        sampler.cpu.setdefault(name, 0.0)


def _wait_until_up(port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/heartbeat", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the web server did not come up")


def _run(plan: Plan, sampler: Sampler, supervisor: Supervisor) -> tuple[float | None, Later]:
    """Sample until the burst is over and nothing is due; return after how many seconds, None if never.

    Also return the claims that then still waited for a later try.
    """
    drained, later = 0.0, Later()
    kill_at, is_killed, printed_at = plan.seconds * KILLED, False, 0.0
    while True:
        supervisor.look()
        _watch_programs(sampler, supervisor)
        sample = sampler.take()
        second = sample["second"]
        if second >= kill_at and not is_killed:
            supervisor.kill(WORKERS[0])
            is_killed = True
        if second - printed_at >= 60:
            printed_at = second
            _say(
                f"{second:.0f} s, {plan.visible(time.time()):,} changes, {sample['lanes_due']:.0f} due, "
                f"{sample['lanes_later']:.0f} later, polling {sample['poll_lag']:.0f} s behind"
            )
        is_over = second > plan.seconds + 10 and second - sample["poll_lag"] > plan.seconds + 2
        if is_over and not sample["events"] + sample["lanes_due"]:
            if not sample["lanes_later"]:
                return drained or second - plan.seconds, later
            # The run is over; only claims after an accident still wait, for minutes.
            drained = drained or second - plan.seconds
            later |= sampler.bring_forward()
        if second > plan.seconds + DRAIN_SECONDS:
            return None, later
        time.sleep(SAMPLE_SECONDS)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def main() -> None:
    """Rehearse, print the result, and write the page."""
    plan = Plan.from_environment()
    _say(f"{plan.seconds / 60:g} minutes of {plan.rate:g} changes a second, {plan.people:,} people")
    result = rehearse(plan)
    ground.write_result(result, ground.VAR / "rehearsal.json")
    page.write(result)
    for line in page.lines(result):
        print(f"rehearsal: {line}")
    sys.exit(1 if result["lost"] or result["doubles"] or result["stale"] else 0)


if __name__ == "__main__":
    main()

"""ORCID in a burst: the stand-in with its real limit, and with latency and accidents from chance.

python -m bench.rehearsal.orcid PORT BEGAN

The stand-in refuses what ORCID refuses. What it was asked in each second, and what is on the records, is
given under ``/__sandbox__/rehearsal``.
"""

import asyncio
import dataclasses
import random
import sys
import time
from collections import Counter, defaultdict
from typing import Any, Final

import msgspec
from aiohttp import web
from bench.rehearsal.plan import Plan, person_id, token_of

from sandbox.control import CONTROL
from sandbox.faults import Fault
from sandbox.orcid.app import make_app
from sandbox.orcid.state import OrcidState

CLIENT: Final = "APP-PROFILESDEMO0003"
LATENCY: Final = (-1.6, 0.6)
"""Mean and deviation of its logarithm: half of the calls take 0.2 s, one in twenty 0.54 s or more."""
ACCIDENT: Final = 1 / 300
"""So many calls meet an accident."""
OUTAGE: Final = (0.25, 15.0)
"""ORCID answers 503 from this part of the run on, for so many seconds."""
ACCIDENTS: Final[tuple[dict[str, Any], ...]] = (
    {"status": 503, "body": "<html>busy</html>", "content_type": "text/html"},
    {"status": 502, "body": ""},
    {"status": 500, "body": '{"response-code":500,"error-code":9008}', "content_type": "application/json"},
    {"drop": True},
    {"drop_after": True},
    {"delay_after_ms": 3000},
    {"spoil": True},
)


class Traffic:
    """Latency, accidents, and a count of what happened in each second of the run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._draw = random.Random(7)
        self.seconds: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self.accidents: Counter[str] = Counter()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Let time pass before and after a call, and now and then let it go wrong."""
        if not request.path.startswith("/v3.0/"):
            return await handler(request)  # type: ignore[no-any-return]
        now = time.time() - self._plan.began
        second = self.seconds[int(now)]
        begin, length = OUTAGE
        if begin * self._plan.seconds <= now < begin * self._plan.seconds + length:
            second["503, outage"] += 1
            return web.Response(status=503, text="<html>down</html>", content_type="text/html")
        latency = self._draw.lognormvariate(*LATENCY)
        await asyncio.sleep(latency / 2)
        if self._draw.random() < ACCIDENT and now < self._plan.seconds:
            accident = self._draw.choice(ACCIDENTS)
            self.accidents[", ".join(f"{name} {value}" for name, value in accident.items())[:30]] += 1
            request.app[CONTROL].faults.add(msgspec.convert(accident, Fault))
            second["accident"] += 1
        response: web.StreamResponse = await handler(request)
        await asyncio.sleep(latency / 2)
        body = getattr(response, "body", None)
        is_limit = response.status == 503 and isinstance(body, bytes) and b"Temporarily Unavailable" in body
        second["503, limit" if is_limit else f"{request.method} {response.status}"] += 1
        return response

    def result(self, state: OrcidState) -> dict[str, Any]:
        """Return the counts, and each work: record, DOI, title, put-code, when it came and was changed."""
        works = [
            [record.orcid_id, _doi(work.content), work.content["title"]["title"]["value"], work.put_code,
             work.created / 1000, work.modified / 1000]
            for record in state.records.values()
            for work in record.works.values()
        ]  # fmt: skip
        seconds = {str(second): dict(counts) for second, counts in self.seconds.items()}
        return {"seconds": seconds, "accidents": dict(self.accidents), "works": works}


def _doi(content: Any) -> str:
    ids = content["external-ids"]["external-id"]
    return str(next(one["external-id-value"] for one in ids if one["external-id-relationship"] == "self"))


def build(plan: Plan) -> web.Application:
    """Build the stand-in with the people of the plan, who have given us their tokens."""
    state = OrcidState()
    now = state.now()
    for person in range(plan.named_people):
        orcid_id = person_id(person)
        state.add_person({"orcid": orcid_id, "given_names": f"Given{person % 1500}"})
        state.tokens.issue(
            client_id=CLIENT,
            orcid_id=orcid_id,
            scopes=frozenset({"/activities/update", "/read-limited"}),
            now=now,
            access=token_of(person),
        )
    state.options.rate_limit = True
    app = make_app(state=state)
    traffic = Traffic(plan)
    app.middlewares.insert(0, traffic.middleware)

    async def result(_request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(traffic.result(state)), content_type="application/json")

    app.router.add_get("/__sandbox__/rehearsal", result)
    return app


def main() -> None:
    """Serve until stopped."""
    plan = dataclasses.replace(Plan.from_environment(), began=float(sys.argv[2]))
    web.run_app(build(plan), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()

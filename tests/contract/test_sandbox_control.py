"""The control endpoints, over real HTTP, on a stand-in that keeps a single number."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.control import ControlEndpoints


class Counter:
    """The smallest stand-in there is: it counts what it was asked to count."""

    def __init__(self, log_size: int = 100) -> None:
        self.count = 0
        self.app = web.Application()
        self.app.router.add_post("/count/{name}", self.add)
        self.app.router.add_get("/missing", self.missing)
        control = ControlEndpoints(
            "counter",
            reset=self.reset,
            state=self.state,
            commands={"people": self.people},
            log_size=log_size,
        )
        control.attach(self.app)

    async def add(self, _request: web.Request) -> web.Response:
        self.count += 1
        return web.json_response({"count": self.count})

    async def missing(self, _request: web.Request) -> web.Response:
        raise web.HTTPNotFound

    def reset(self) -> None:
        self.count = 0

    def state(self) -> dict[str, Any]:
        return {"count": self.count}

    async def people(self, order: Any) -> Any:
        return {"heard": order}


@pytest.fixture
async def counter() -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(Counter().app)) as client:
        yield client


async def order_fault(client: TestClient, **fault: Any) -> None:
    answer = await client.post("/__sandbox__/faults", json=fault)
    assert answer.status == 201, await answer.text()


async def count(client: TestClient) -> int:
    return (await (await client.get("/__sandbox__/state")).json())["count"]


async def log(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    return (await (await client.get(f"/__sandbox__/log{query}")).json())["requests"]


async def test_a_fault_meets_as_many_requests_as_ordered_and_keeps_them_from_the_stand_in(counter):
    await order_fault(counter, match={"method": "POST", "path": "/count"}, next=2, status=503)

    statuses = [(await counter.post("/count/a")).status for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert await count(counter) == 1


@pytest.mark.parametrize(
    ("match", "meets"),
    [
        ({}, True),
        ({"path": "count/"}, True),
        ({"path": "/count/*"}, True),
        ({"path": "count/*"}, False),
        ({"path": "/count/?"}, True),
        ({"method": "post"}, True),
        ({"method": "GET"}, False),
        ({"path": "/other"}, False),
    ],
    ids=str,
)
async def test_a_fault_chooses_its_requests_by_method_and_path(counter, match, meets):
    await order_fault(counter, match=match, status=418)

    answer = await counter.post("/count/a")

    assert (answer.status == 418) is meets


async def test_a_fault_can_let_the_first_requests_pass(counter):
    await order_fault(counter, skip=2, status=500)

    assert [(await counter.post("/count/a")).status for _ in range(4)] == [200, 200, 500, 200]


async def test_a_fault_without_a_number_lasts_until_it_is_taken_back(counter):
    await order_fault(counter, next=None, status=500)
    before = [(await counter.post("/count/a")).status for _ in range(5)]

    await counter.delete("/__sandbox__/faults")

    assert before == [500] * 5
    assert (await counter.post("/count/a")).status == 200


async def test_a_fault_answers_with_the_ordered_body_type_and_headers(counter):
    await order_fault(
        counter, status=429, body={"errors": []}, headers={"Retry-After": "7"}, content_type="application/x-y"
    )

    answer = await counter.post("/count/a")

    assert (answer.status, answer.headers["Retry-After"], answer.content_type) == (
        429,
        "7",
        "application/x-y",
    )
    assert await answer.text() == '{"errors":[]}'


async def test_headers_alone_are_added_to_the_real_answer(counter):
    await order_fault(counter, headers={"X-Odd": "yes"})

    answer = await counter.post("/count/a")

    assert (answer.status, answer.headers["X-Odd"], await answer.json()) == (200, "yes", {"count": 1})


async def test_a_dropped_connection_comes_before_or_after_the_effect(counter):
    await order_fault(counter, drop=True)
    await order_fault(counter, drop_after=True)
    seen = []

    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await counter.post("/count/a")
        seen.append(await count(counter))

    assert seen == [0, 1]
    assert [entry["status"] for entry in await log(counter)] == ["dropped", "200, dropped"]


async def test_an_answer_can_be_late_and_can_drip(counter):
    await order_fault(counter, delay_ms=300)
    await order_fault(counter, slow_bytes=3)
    loop = asyncio.get_running_loop()
    times = []

    for _ in range(2):
        begun = loop.time()
        answer = await counter.post("/count/a")
        assert "count" in await answer.json()
        times.append(loop.time() - begun)

    assert times[0] >= 0.3
    assert times[1] >= 0.3, "twelve bytes, three at a time, ten times a second"


async def test_the_log_tells_what_was_asked_without_giving_secrets_away(counter):
    await counter.post("/count/a?x=1", headers={"Authorization": "Bearer secret-abcd", "User-Agent": "t/1"})
    await counter.get("/missing")

    first, second = await log(counter)

    assert (first["method"], first["path"], first["query"], first["status"]) == (
        "POST",
        "/count/a",
        "x=1",
        200,
    )
    assert (first["headers"]["Authorization"], first["headers"]["User-Agent"]) == ("Bearer …abcd", "t/1")
    assert (second["status"], second["number"]) == (404, 2)
    assert [entry["path"] for entry in await log(counter, "?method=get")] == ["/missing"]
    assert [entry["path"] for entry in await log(counter, "?path=count")] == ["/count/a"]
    assert [entry["path"] for entry in await log(counter, "?after=1")] == ["/missing"]


async def test_the_log_is_bounded():
    async with TestClient(TestServer(Counter(log_size=3).app)) as client:
        for _ in range(5):
            await client.post("/count/a")

        assert [entry["number"] for entry in await log(client)] == [3, 4, 5]


async def test_reset_clears_state_faults_and_log(counter):
    await order_fault(counter, skip=1, next=None, status=500)
    await counter.post("/count/a")

    await counter.post("/__sandbox__/reset")

    assert (await count(counter), await log(counter)) == (0, [])
    assert [(await counter.post("/count/a")).status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("body", [b"{", b'{"stauts": 500}', b'{"next": "often"}', b"[]"])
async def test_an_order_that_makes_no_sense_is_refused_with_the_reason(counter, body):
    answer = await counter.post("/__sandbox__/faults", data=body)

    assert answer.status == 400
    assert (await answer.json())["error"]
    assert (await counter.post("/count/a")).status == 200


async def test_further_orders_reach_the_stand_in(counter):
    answer = await counter.post("/__sandbox__/people", json={"people": [1]})

    assert await answer.json() == {"heard": {"people": [1]}}


async def test_a_dropped_connection_leaves_the_stand_in_working(counter):
    await order_fault(counter, next=5, drop=True)
    async with ClientSession() as session:
        for _ in range(5):
            with pytest.raises(aiohttp.ClientError):
                await session.post(counter.make_url("/count/a"))

    assert (await counter.post("/count/a")).status == 200


async def test_a_spoiled_answer_comes_after_the_effect(counter):
    await order_fault(counter, spoil=True)

    answer = await counter.post("/count/a")

    assert (answer.status, answer.content_type) == (200, "text/html")
    assert await answer.text() == '{"coun'
    assert await count(counter) == 1

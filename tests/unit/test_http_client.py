"""The one door to outside services, held against a server that does what no good one does."""

import asyncio
import gzip
import json
from contextlib import asynccontextmanager

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from profiles.clients.errors import ServiceUnavailableError, UnclearAnswerError
from profiles.clients.http import MAXIMUM_BODY, HttpClient, Limits, without_nul

AGENT = "DataCiteProfiles/test (https://profiles.test; mailto:support@datacite.org)"
SECRET = "6f1c-token"
UNDER_WAY = web.AppKey("under way", list)


async def moved(_request):
    raise web.HTTPMovedPermanently("/seen")


async def seen(request):
    return web.json_response(dict(request.headers))


async def blown_up(_request):
    body = gzip.compress(b"0" * (MAXIMUM_BODY + 1))
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


async def broken_gzip(_request):
    return web.Response(body=b"not packed at all", headers={"Content-Encoding": "gzip"})


async def packed(_request):
    return web.Response(body=gzip.compress(b"whole"), headers={"Content-Encoding": "gzip"})


async def silent(_request):
    await asyncio.sleep(30)


async def counted(request):
    """Say how many calls were under way at most, while this one was."""
    under_way = request.app[UNDER_WAY]
    under_way.append(1)
    at_once = len(under_way)
    for _ in range(10):
        await asyncio.sleep(0.01)
        at_once = max(at_once, len(under_way))
    under_way.pop()
    return web.json_response(at_once)


@asynccontextmanager
async def a_door(**limits):
    app = web.Application()
    app[UNDER_WAY] = []
    for path, handler in {
        "/moved": moved, "/seen": seen, "/blown-up": blown_up, "/broken-gzip": broken_gzip, "/packed": packed,
        "/silent": silent, "/counted": counted,
    }.items():  # fmt: skip
        app.router.add_get(path, handler)
    async with TestServer(app) as server, HttpClient(user_agent=AGENT, limits=Limits(**limits)) as door:

        async def get(path):
            headers = {"Authorization": f"Bearer {SECRET}"}
            return await door.send("orcid", "works/list", "GET", str(server.make_url(path)), headers=headers)

        yield get


async def test_no_redirect_is_followed_so_that_no_token_travels_with_it():
    async with a_door() as get:
        answer = await get("/moved")

    assert (answer.status, answer.headers["location"]) == (301, "/seen")


async def test_every_call_names_us_and_whom_to_write_to():
    async with a_door() as get:
        assert json.loads((await get("/seen")).body)["User-Agent"] == AGENT


async def test_every_call_leaves_one_line_without_secrets_and_without_its_address():
    async with a_door() as get:
        with structlog.testing.capture_logs() as lines:
            await get("/seen")

    (line,) = lines
    assert (line["service"], line["route"], line["verb"], line["status"]) == (
        "orcid",
        "works/list",
        "GET",
        200,
    )
    assert SECRET not in str(line)
    assert "/seen" not in str(line)


async def test_a_small_answer_that_unpacks_into_a_huge_one_is_not_read_to_its_end():
    async with a_door() as get:
        with pytest.raises(UnclearAnswerError):
            await get("/blown-up")


async def test_a_packed_answer_is_unpacked_and_a_broken_one_is_no_answer():
    async with a_door() as get:
        assert (await get("/packed")).body == b"whole"
        with pytest.raises(ServiceUnavailableError):
            await get("/broken-gzip")


async def test_who_does_not_answer_is_not_waited_for():
    async with a_door(read=0.1, total=0.2) as get:
        with pytest.raises(ServiceUnavailableError):
            await get("/silent")


async def test_no_more_calls_than_allowed_are_under_way_at_once():
    async with a_door(in_flight=2) as get:
        answers = await asyncio.gather(*(get("/counted") for _ in range(8)))

    assert max(json.loads(answer.body) for answer in answers) == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": "x\\u0000y"}', {"a": "xy"}),
        (b'{"a\\u0000": ["\\u0000\\u0000", "\\u00001"]}', {"a": ["", "1"]}),
        (rb'{"a": "\\u0000"}', {"a": "\\u0000"}),
        (rb'{"a": "\\\u0000"}', {"a": "\\"}),
        (rb'{"a": "\u00e9"}', {"a": "\u00e9"}),
    ],
)
def test_an_answer_is_read_without_nul_and_all_else_is_kept(body, expected):
    assert json.loads(without_nul(body)) == expected

"""The inbox and webhooks of the ORCID stand-in."""

import asyncio
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.orcid.webhooks import is_this_machine
from tests.support.orcid_stand_in import ALICE, BOB, SEARCH_CLIENT, UPDATE_CLIENT, a_work, an_id, hidden

INBOX = f"/v3.0/{ALICE}/notification-permission"
ASKING = "/oauth/authorize?client_id=APP-PROFILESDEMO0002&response_type=code&scope=/read-limited&redirect_uri=http://127.0.0.1:8000/x"


def message(**changes):
    content = {
        "notification-type": "permission",
        "authorization-url": {"path": ASKING, "host": "orcid.org"},
        "notification-subject": "May we add your works?",
        "notification-intro": "DataCite found works of yours.",
        "items": {"item": [{"item-type": "work", "item-name": "Tides", "external-id": an_id()}]},
        **changes,
    }
    return {key: value for key, value in content.items() if value is not None}


def inbox_token(orcid, client=SEARCH_CLIENT):
    return orcid.token(orcid=None, client=client, scopes="/premium-notification")


async def send(orcid, content=None, *, token=None):
    return await orcid.call("POST", INBOX, token=token or inbox_token(orcid), body=content or message())


async def sent(orcid):
    answer = await send(orcid)
    assert answer.status == 201, await answer.text()
    return answer.headers["Location"].split("/notification-permission/")[1]


async def read(orcid, put_code, **how):
    return await orcid.call("GET", f"{INBOX}/{put_code}", token=inbox_token(orcid, **how))


async def test_a_message_is_sent_read_back_and_followed(orcid):
    put_code = await sent(orcid)
    before = await (await read(orcid, put_code)).json()
    await orcid.sign_in(ALICE)
    page = await (await orcid.browser.get("/inbox")).text()
    followed = await orcid.browser.get(f"/inbox/{put_code}/action", allow_redirects=False)
    after = await (await read(orcid, put_code)).json()

    assert (before["actioned-date"], before["source"]["source-client-id"]["path"]) == (None, SEARCH_CLIENT[0])
    assert before["authorization-url"]["uri"] == f"https://orcid.org{ASKING}"
    assert "May we add your works?" in page
    assert followed.headers["Location"] == ASKING
    assert after["actioned-date"]["value"] >= after["created-date"]["value"]
    assert after["read-date"] is not None


async def test_a_person_not_signed_in_is_named_on_the_way(orcid):
    put_code = await sent(orcid)

    followed = await orcid.browser.get(f"/inbox/{put_code}/action", allow_redirects=False)

    assert followed.headers["Location"] == f"{ASKING}&orcid={ALICE}"


async def test_archiving_answers_with_the_message_and_keeps_it(orcid):
    put_code = await sent(orcid)
    token = inbox_token(orcid)

    archived = await orcid.call("DELETE", f"{INBOX}/{put_code}", token=token)
    again = await read(orcid, put_code)

    assert (archived.status, (await archived.json())["put-code"]) == (200, int(put_code))
    assert (await again.json())["archived-date"] is not None


async def test_a_message_that_was_read_can_not_be_archived_by_the_member(orcid):
    put_code = await sent(orcid)
    await orcid.sign_in(ALICE)
    await orcid.browser.get("/inbox")

    answer = await orcid.call("DELETE", f"{INBOX}/{put_code}", token=inbox_token(orcid))

    assert (answer.status, (await answer.json())["error-code"]) == (403, 9009)


async def test_a_client_sees_its_own_messages_only(orcid):
    put_code = await sent(orcid)
    other = inbox_token(orcid, client=UPDATE_CLIENT)

    own = await (await orcid.call("GET", INBOX, token=inbox_token(orcid))).json()
    theirs = await (await orcid.call("GET", INBOX, token=other)).json()
    read_theirs = await orcid.call("GET", f"{INBOX}/{put_code}", token=other)
    removed = await orcid.call("DELETE", f"{INBOX}/{put_code}", token=other)
    unknown = await orcid.call("GET", f"{INBOX}/5", token=other)

    assert [each["put-code"] for each in own["notification"]] == [int(put_code)]
    assert theirs["notification"] == []
    assert [(each.status, (await each.json())["error-code"]) for each in (read_theirs, removed, unknown)] == [
        (403, 9004),
        (403, 9010),
        (404, 9029),
    ]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"put-code": 5}, 400, 9006),
        ({"authorization-url": {"path": ""}}, 400, 9020),
        ({"notification-intro": "i" * 1001}, 400, 9047),
        ({"notification-type": "PERMISSION"}, 400, 9047),
        ({"notification-subject": None}, 400, 9047),
        ({"items": {"item": []}}, 400, 9047),
        (
            {"items": {"item": [{"item-type": "work", "item-name": "T", "external-id": an_id("DOI")}]}},
            400,
            9023,
        ),
        (
            {
                "items": {
                    "item": [
                        {
                            "item-type": "work",
                            "item-name": "T",
                            "external-id": an_id(relationship="version-of"),
                        }
                    ]
                }
            },
            400,
            9047,
        ),
    ],
)
async def test_a_message_is_refused(orcid, changes, status, code):
    answer = await send(orcid, message(**changes))

    assert (answer.status, (await answer.json())["error-code"]) == (status, code)


async def test_many_items_are_fine(orcid):
    items = [{"item-type": "work", "item-name": f"Work {number}"} for number in range(500)]

    assert (await send(orcid, message(items={"item": items}))).status == 201


async def test_an_opted_out_person_a_wrong_scope_and_a_locked_record_are_told_apart(orcid):
    wrong_scope = await send(orcid, token=orcid.token())
    orcid.state.add_person({"orcid": ALICE, "takes_notifications": False})
    opted_out = await send(orcid)
    orcid.state.add_person({"orcid": ALICE, "status": "locked"})
    locked = await send(orcid)

    assert [
        (each.status, (await each.json())["error-code"]) for each in (wrong_scope, opted_out, locked)
    ] == [
        (403, 9038),
        (409, 9032),
        (409, 9018),
    ]


async def test_a_person_archives_their_own_messages_only(orcid):
    put_code = await sent(orcid)
    await orcid.sign_in(BOB)
    csrf = hidden(await (await orcid.browser.get("/signin")).text(), "csrf")
    foreign = await orcid.browser.post(f"/inbox/{put_code}/archive", data={"csrf": csrf})
    await orcid.sign_in(ALICE)
    csrf = hidden(await (await orcid.browser.get("/inbox")).text(), "csrf")

    own = await orcid.browser.post(f"/inbox/{put_code}/archive", data={"csrf": csrf}, allow_redirects=False)

    assert (foreign.status, own.status) == (404, 303)
    assert orcid.state.notifications[int(put_code)].archived is not None


def webhook(uri, orcid_id=ALICE):
    return f"/{orcid_id}/webhook/{quote(uri, safe='')}"


def webhook_token(orcid, client=SEARCH_CLIENT):
    return orcid.token(orcid=None, client=client, scopes="/webhook")


async def put(orcid, path, *, method="PUT", client=SEARCH_CLIENT):
    headers = {"Authorization": f"Bearer {webhook_token(orcid, client)}", "Accept": "application/json"}
    from yarl import URL

    return await orcid.browser.session.request(
        method, URL(f"{orcid.browser.make_url('/')}"[:-1] + path, encoded=True), headers=headers
    )


async def test_a_webhook_is_registered_once_and_taken_back_once(orcid):
    path = webhook("http://127.0.0.1:9/callback?secret=1&iD=2")

    statuses = [
        (await put(orcid, path)).status,
        (await put(orcid, path)).status,
        (await put(orcid, path, method="DELETE", client=UPDATE_CLIENT)).status,
        (await put(orcid, path, method="DELETE")).status,
        (await put(orcid, path, method="DELETE")).status,
    ]

    assert statuses == [201, 204, 403, 204, 404]


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        (webhook("http://127.0.0.1:9/x", "0009-0009-9999-9999"), "PUT", 404, 9011),
        (webhook("http://127.0.0.1:9/x"), "DELETE", 404, 9028),
        (webhook("http://[bad"), "PUT", 400, 9012),
    ],
)
async def test_a_webhook_is_refused(orcid, path, method, status, code):
    answer = await put(orcid, path, method=method)

    assert (answer.status, (await answer.json())["error-code"]) == (status, code)


async def test_a_change_of_the_record_rings_once_for_changes_close_together(orcid):
    heard = []
    rung = asyncio.Event()

    async def listen(request):
        heard.append((request.method, request.path_qs, await request.read()))
        rung.set()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", listen)
    async with TestServer(app) as listener:
        uri = f"http://127.0.0.1:{listener.port}/changed?who=secret-of-alice"
        assert (await put(orcid, webhook(uri))).status == 201
        for number in range(3):
            await orcid.added(a_work(f"10.5072/{number}"))
        await asyncio.wait_for(rung.wait(), 5)
        await asyncio.sleep(0.3)

    assert heard == [("POST", "/changed?who=secret-of-alice", b"")]


async def test_a_call_that_fails_is_counted_and_no_address_elsewhere_is_called(orcid):
    refused = asyncio.Event()

    async def refuse(_request):
        refused.set()
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/changed", refuse)
    async with TestServer(app) as listener:
        here = f"http://127.0.0.1:{listener.port}/changed"
        elsewhere = "http://elsewhere.invalid/changed"
        for uri in (elsewhere, here):
            await put(orcid, webhook(uri))
        await orcid.added(a_work())
        await asyncio.wait_for(refused.wait(), 5)
        await asyncio.sleep(0.1)

    webhooks = orcid.state.webhooks
    assert (webhooks[ALICE, here].failed, webhooks[ALICE, here].delivered) == (1, 0)
    assert (webhooks[ALICE, elsewhere].failed, webhooks[ALICE, elsewhere].delivered) == (0, 0)


@pytest.mark.parametrize(
    ("uri", "here"),
    [
        ("http://127.0.0.1:80/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://example.org/", False),
        ("http://10.0.0.1/", False),
        ("http://127.0.0.1.example.org/", False),
    ],
)
def test_only_this_machine_is_ever_called(uri, here):
    assert is_this_machine(uri) is here

"""The stand-in against recorded answers of the real ORCID: status, error code, wording, keys and shape."""

import functools
import json
import re
from html import unescape
from typing import Any

import pytest

from sandbox.orcid.records import identifiers, schema
from sandbox.orcid.records.grammar import ERROR
from sandbox.orcid.wire import wire_json, wire_xml
from tests.support.orcid_schemas import official, refusal
from tests.support.orcid_stand_in import (
    ALICE,
    BOB,
    JSON,
    SEARCH_CLIENT,
    XML,
    a_work,
    running,
)
from tests.support.shared import shared

pytestmark = pytest.mark.contract


@functools.cache
def recorded() -> list[dict[str, Any]]:
    lines = shared("orcid-exchanges/exchanges.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


KEYS = ("response-code", "developer-message", "user-message", "error-code", "more-info")


def answers_with(status: int, code: int) -> list[dict[str, str]]:
    """Return the recorded error bodies with this status and code, as text by key."""
    found = []
    for exchange in recorded():
        body = exchange["response"]["body"] or ""
        if exchange["response"]["status"] != status:
            continue
        if body.startswith("{") and set(KEYS) <= set(json.loads(body)):
            texts = {key: str(json.loads(body)[key]) for key in KEYS}
        else:
            texts = {
                key: unescape(text) for key, text in re.findall(r"<([a-z-]+)>([^<]*)</", body) if key in KEYS
            }
        if texts.get("error-code") == str(code):
            found.append(texts)
    return found


def without_names(sentence: str) -> str:
    """Take numbers, iDs and names of applications out of a sentence."""
    sentence = re.sub(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", "ID", sentence)
    sentence = re.sub(r"(put-code|'|maximum is) ?\w+", r"\1 N", sentence)
    sentence = re.sub(r"ORCID iD \S+ not found", "ORCID iD ID not found", sentence)
    return re.sub(r"please contact .* for assistance", "please contact NAME for assistance", sentence)


async def provoke(orcid, case: str):
    """Do what leads to one of the recorded refusals."""
    work = f"/v3.0/{ALICE}/work"
    all_codes = ",".join(str(number) for number in range(101))
    calls = {
        "unknown iD": ("GET", "/v3.0/XXXXX/works", None),
        "another record": ("DELETE", f"/v3.0/{BOB}/work/1", None),
        "missing scope": ("DELETE", f"{work}/1", None),
        "no such put-code": ("PUT", f"{work}/12300000", a_work(**{"put-code": 12300000})),
        "duplicate": ("POST", work, a_work()),
        "put-code on POST": ("POST", work, a_work(**{"put-code": 5})),
        "too many put-codes": ("GET", f"/v3.0/{ALICE}/works/{all_codes}", None),
        "locked": ("GET", f"/v3.0/{ALICE}/person", None),
    }
    if case == "duplicate":
        await orcid.added(a_work())
    if case == "locked":
        orcid.state.add_person({"orcid": ALICE, "status": "locked"})
    scopes = "/read-limited" if case == "missing scope" else "/activities/update /read-limited"
    method, path, body = calls[case]
    return await orcid.call(method, path, token=orcid.token(scopes=scopes), body=body)


@pytest.mark.parametrize(
    ("case", "status", "code"),
    [
        ("unknown iD", 404, 9016),
        ("another record", 401, 9017),
        ("missing scope", 403, 9038),
        ("no such put-code", 404, 9016),
        ("duplicate", 409, 9021),
        ("put-code on POST", 400, 9024),
        ("too many put-codes", 400, 9042),
        ("locked", 409, 9018),
    ],
)
async def test_a_refusal_has_the_recorded_status_keys_and_words(case, status, code):
    real = answers_with(status, code)
    async with running() as orcid:
        answer = await provoke(orcid, case)
        body = await answer.json()

    assert real
    assert answer.status == status
    assert list(body) == ["response-code", "developer-message", "user-message", "error-code", "more-info"]
    assert (body["response-code"], body["error-code"]) == (status, code)
    for key in ("developer-message", "user-message", "more-info"):
        assert without_names(body[key]) in {without_names(each[key]) for each in real}, key


async def test_a_dead_token_is_repeated_in_the_words_of_the_recording():
    real = next(
        json.loads(each["response"]["body"])
        for each in recorded()
        if each["response"]["status"] == 401 and "/v3.0/" in each["request"]["uri"]
    )
    async with running() as orcid:
        answer = await orcid.call("GET", f"/v3.0/{ALICE}/works", token="gone", accept=XML)
        body = await answer.json()

    assert list(body) == list(real)
    assert body["error"] == real["error"]
    assert body["error_description"] == re.sub(r"[^ ]+$", "gone", real["error_description"])
    assert answer.content_type == JSON


async def test_an_xml_refusal_looks_as_recorded():
    real = next(
        each["response"]
        for each in recorded()
        if each["response"]["status"] == 403
        and "/v3.0/" in each["request"]["uri"]
        and each["request"]["method"] == "DELETE"
        and each["response"]["body"].startswith("<?xml")
    )
    async with running() as orcid:
        answer = await orcid.call(
            "DELETE",
            f"/v3.0/{ALICE}/work/1",
            token=orcid.token(scopes="/read-limited"),
            accept="text/html,application/json,application/xml;q=0.9, text/plain;q=0.8,image/png,*/*;q=0.5",
        )
        body = await answer.text()

    assert body.strip() == real["body"].strip()
    assert answer.headers["Content-Type"] == real["headers"]["Content-Type"][0]


def keys_at_every_level(content: Any, path: str = "") -> set[str]:
    """Return every key of a document with its way there."""
    if isinstance(content, dict):
        here = {f"{path}/{key}" for key in content}
        return here.union(*(keys_at_every_level(value, f"{path}/{key}") for key, value in content.items()))
    if isinstance(content, list):
        return set().union(*(keys_at_every_level(each, f"{path}[]") for each in content))
    return set()


def recorded_documents(pattern: str) -> list[dict[str, Any]]:
    return [
        json.loads(each["response"]["body"])
        for each in recorded()
        if each["response"]["status"] == 200
        and each["request"]["method"] == "GET"
        and re.search(pattern, each["request"]["uri"])
        and each["response"]["body"].startswith("{")
    ]


async def test_the_list_of_works_has_the_recorded_keys():
    # Keys of empty containers can not be compared; a null source part is left out on either side.
    real = set().union(*(keys_at_every_level(each) for each in recorded_documents(r"/v3\.0/[^/]+/works$")))
    async with running() as orcid:
        await orcid.added(a_work(url={"value": "https://example.org"}))
        body = await (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=orcid.token())).json()
    ours = keys_at_every_level(body)

    assert ours <= real
    assert {key for key in real if key.count("/") == 1} <= ours
    for level in (
        "/group[]",
        "/group[]/work-summary[]",
        "/group[]/external-ids/external-id[]",
        "/group[]/work-summary[]/source",
    ):
        siblings = {key for key in real if re.fullmatch(re.escape(level) + "/[^/]+", key)}
        assert siblings <= ours, level


async def test_a_whole_work_has_the_recorded_keys():
    real = [each for each in recorded_documents(r"/v3\.0/[^/]+/work/\d+$") if "citation" in each]
    async with running() as orcid:
        put_code = await orcid.added(a_work())
        body = await (await orcid.call("GET", f"/v3.0/{ALICE}/work/{put_code}", token=orcid.token())).json()

    assert real
    for each in real:
        assert set(each) == set(body)


async def test_an_empty_record_reads_as_recorded():
    real = next(each for each in recorded_documents(r"/v3\.0/[^/]+/works$") if not each["group"])
    async with running() as orcid:
        body = await (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=orcid.token())).json()

    assert body == {**real, "path": f"/{ALICE}/works"}


@pytest.mark.parametrize("host", ["sandbox.orcid.org", "pub.orcid.org", "api.orcid.org"])
def test_recorded_identifiers_are_normalised_as_orcid_did(host):
    seen = 0
    for exchange in recorded():
        if host not in exchange["request"]["uri"]:
            continue
        for kind, value, form in re.findall(
            r'"external-id-type"\s*:\s*"([^"]+)"\s*,\s*"external-id-value"\s*:\s*"([^"\\]+)"\s*,'
            r'\s*"external-id-normalized"\s*:\s*\{\s*"value"\s*:\s*"([^"\\]*)"',
            exchange["response"]["body"] or "",
        ):
            # Over the years ORCID printed this one with and without its letters.
            if kind == "pmc":
                form = form.removeprefix("PMC")  # noqa: PLW2901
            seen += 1
            assert identifiers.normalised(kind, value) == form, (kind, value)
    assert seen or host == "api.orcid.org"


async def test_recorded_writes_in_json_are_answered_with_the_recorded_status():
    writes = [
        each
        for each in recorded()
        if each["request"]["method"] == "POST"
        and re.search(r"/v3\.0/[^/]+/work$", each["request"]["uri"])
        and each["response"]["status"] in (201, 409)
        and (each["request"]["body"] or "").startswith("{")
    ]
    assert writes
    for each in writes:
        async with running() as orcid:
            if each["response"]["status"] == 409:
                await orcid.add(each["request"]["body"].encode())
            answer = await orcid.add(each["request"]["body"].encode())

        assert answer.status == each["response"]["status"], await answer.text()


async def test_recorded_writes_in_xml_are_answered_with_the_recorded_status():
    writes = [
        each
        for each in recorded()
        if each["request"]["method"] == "POST"
        and re.search(r"/v[23]\.\d/[^/]+/work$", each["request"]["uri"])
        and each["response"]["status"] == 201
        and "<work:work" in (each["request"]["body"] or "")
    ]
    assert writes
    seen = {201: 0, 400: 0}
    for each in writes:
        body = each["request"]["body"].encode()
        is_for_3 = refusal(official("record_3.0/work-3.0.xsd"), body) is None
        async with running() as orcid:
            answer = await orcid.add(body, content_type=XML, accept=JSON)

        # Older versions took an identifier without relationship, or one named in their own words.
        seen[answer.status] += 1
        if answer.status == 400:
            assert (await answer.json())["error-code"] in ((9023, 9037) if is_for_3 else (9001,)), (
                await answer.text()
            )
    assert seen[201]


async def test_a_token_of_a_clients_own_has_the_recorded_keys():
    real = [
        json.loads(each["response"]["body"])
        for each in recorded()
        if "/oauth/token" in each["request"]["uri"] and each["response"]["status"] == 200
    ]
    async with running() as orcid:
        answer = await orcid.grant(
            client_id=SEARCH_CLIENT[0],
            client_secret=SEARCH_CLIENT[1],
            grant_type="client_credentials",
            scope="/read-public",
        )
        body = await answer.json()

    assert real
    for each in real:
        assert set(body) == set(each)
        assert {key: body[key] for key in ("token_type", "expires_in", "scope", "orcid")} == {
            key: each[key] for key in ("token_type", "expires_in", "scope", "orcid")
        }


async def test_the_recorded_inbox_messages_are_taken_as_the_schema_3_says():
    messages = [
        # Where the recording had a client id there is a mark now, which is no XML.
        each["request"]["body"].replace("<ORCID_CLIENT_ID>", "APP-0000000000000000")
        for each in recorded()
        if each["request"]["method"] == "POST"
        and each["request"]["uri"].endswith("/notification-permission")
        and each["response"]["status"] in (201, 400)
    ]
    official_3 = official("notification_3.0/notification-permission-3.0.xsd")
    path = f"/v3.0/{ALICE}/notification-permission"
    taken = 0
    for message in messages:
        is_for_3 = refusal(official_3, message.encode()) is None
        async with running() as orcid:
            token = orcid.token(orcid=None, scopes="/premium-notification")
            added = await orcid.call("POST", path, token=token, body=message, content_type=XML, accept=XML)
            if added.status == 201:
                taken += 1
                put_code = added.headers["Location"].rsplit("/", 1)[1]
                archived = await orcid.call("DELETE", f"{path}/{put_code}", token=token, accept=XML)
                body = await archived.read()
                assert (archived.status, b"archived-date" in body) == (200, True)
                assert refusal(official_3, body) is None

        assert added.status == (201 if is_for_3 else 400), (message, await added.text())
    assert taken


def test_an_error_of_the_samples_reads_and_writes_the_same():
    content = wire_json.from_object(
        {"response-code": 404, "developer-message": "d", "error-code": 9016},
        schema.ERROR_DOCUMENT,
        strict=True,
    )

    written = wire_xml.write(content, space=ERROR, name="error", kind=schema.ERROR_DOCUMENT)

    assert refusal(official("record_3.0/error-3.0.xsd"), written) is None
    assert wire_xml.read(written, space=ERROR, name="error", kind=schema.ERROR_DOCUMENT) == content

"""What nobody sends by accident: each gets an answer in JSON that is no error of ours, and tells nothing."""

import json

import pytest
from django.db import connection
from django.test import Client

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE, service_key

pytestmark = pytest.mark.django_db
TEXTS = {
    "NUL": "%00",
    "NUL within": "10.5072/a%00b",
    "half a surrogate": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "overlong": "%C0%AF",
    "quote": "'%20OR%201=1--",
    "second statement": "1;DROP%20TABLE%20claims_claim",
    "sleep": "(select%20pg_sleep(5))",
    "template": "%7B%7B7*7%7D%7D",
    "line breaks": "a%0D%0ASet-Cookie:%20x=y",
    "percent signs": "%25%25%25_%25",
    "other direction": "%E2%80%AE%D9%A0%D9%A1",
    "Arabic digits": "%D9%A1",
    "very long": "x" * 6000,
    "many commas": "," * 3000,
    "giant number": "9" * 500,
    "minus": "-1",
    "beyond 64 bits": "18446744073709551616",
    "float": "1e400",
    "nothing": "",
    "up the tree": "..%2F..%2Fetc%2Fpasswd",
}
NAMES = {name: text for name, text in TEXTS.items() if text}
PARAMETERS = [
    "query", "user-id", "source-id", "state", "states", "created", "claim-action", "ids", "sort", "include",
    "page[number]", "page[size]", "page[cursor]", "fields[claims]", "fields[users]",
    "from-created-date", "page",
]  # fmt: skip
TELLING = ("Traceback", "psycopg", "django", "SELECT ", "/src/", "Error at")


@pytest.fixture
def machine():
    Account.objects.create(orcid_id=ALICE)
    return {"Authorization": f"Bearer {service_key()}", "Accept": "text/html", "Idempotency-Key": "key"}


def assert_no_error_of_ours(answer, what):
    assert answer.status_code < 500, what
    assert answer.headers["Content-Type"].startswith("application/json"), what
    body = answer.content.decode()
    assert not [word for word in TELLING if word in body], what
    if answer.status_code >= 400:
        assert isinstance(json.loads(body)["errors"][0]["title"], str), what


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("path", ["/claims", "/users"])
def test_no_parameter_of_a_list_breaks_it(machine, path, text):
    client = Client()

    for parameter in PARAMETERS:
        answer = client.get(f"{path}?{parameter}={text}", headers=machine)
        assert_no_error_of_ours(answer, (parameter, answer.content[:200]))


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("room", ["claims", "claims/batches", "users", "webhooks", "repositories"])
@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_no_name_in_a_path_breaks_it(machine, room, verb, text):
    answer = getattr(Client(), verb)(f"/{room}/{text}", headers=machine)

    assert_no_error_of_ours(answer, answer.content[:200])


def claiming(doi=b"10.5072/a", source=b"x"):
    return b'{"claim": {"orcid": "0009-0001-0000-0014", "doi": "%b", "source_id": "%b"}}' % (doi, source)


BODIES = {
    "nothing": b"",
    "no JSON": b"nonsense",
    "not UTF-8": b'{"claim": {"doi": "\xff\xfe"}}',
    "UTF-16": '{"claim": {}}'.encode("utf-16"),
    "a mark of order": b"\xef\xbb\xbf{}",
    "a list": b"[]",
    "a number": b"1e999",
    "null": b"null",
    "claim is a list": b'{"claim": []}',
    "claims of all kinds": b'{"claims": [[], 1, "x", {"doi": "\\u0000"}, {"orcid": [1], "doi": {}}, null]}',
    "claim is a text": b'{"claim": "x"}',
    "NUL": claiming(doi=b"10.5072/a\\u0000b"),
    "NUL in the source": claiming(source=b"\\u0000"),
    "half a surrogate": claiming(doi=b"10.5072/\\ud800"),
    "objects for texts": b'{"claim": {"orcid": {}, "doi": [], "source_id": {"a": 1}, "uuid": [1]}}',
    "numbers for texts": b'{"claim": {"orcid": 1, "doi": 2.5, "source_id": true, "claim_action": 9}}',
    "no such uuid": b'{"claim": {"orcid": "0009-0001-0000-0014", "doi": "10.5072/a", "uuid": "\\u0000"}}',
    "a long DOI": json.dumps({"claim": {"orcid": ALICE, "doi": "10.5072/" + "a" * 100_000}}).encode(),
    "a giant number": b'{"claim": {"orcid": ' + b"9" * 10_000 + b"}}",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "many keys": json.dumps({"claim": {f"k{number}": number for number in range(20_000)}}).encode(),
    "huge": b'{"claim": {"doi": "' + b"a" * 5_000_000 + b'"}}',
}
WRITING = [
    ("post", "/claims"), ("put", "/claims/d140d44e-af70-43ec-a90b-49878a954487"), ("put", f"/users/{ALICE}"),
    ("patch", f"/users/{ALICE}"), ("post", "/users"), ("post", "/claims/batches"),
    ("post", "/doi-events"), ("post", "/webhooks"),
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_body_breaks_any_address_that_reads_one(machine, body):
    for verb, path in WRITING:
        answer = getattr(Client(), verb)(path, body, content_type="application/json", headers=machine)
        assert_no_error_of_ours(answer, (verb, path, answer.content[:200]))


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer \x00", "Bearer ÿ", "Basic OjpB", "Bearer " + "a." * 4000, "Bearer a.b.c",
     "Bearer dcp_svc_" + "x" * 5000, "Bearer eyJhbGciOiJub25lIn0.eyJ1aWQiOiJhIn0."],
    ids=range(9),
)  # fmt: skip
def test_no_credential_breaks_a_list_or_opens_it(authorization):
    answer = Client().get("/claims", headers={"Authorization": authorization})

    assert answer.status_code == 401
    assert_no_error_of_ours(answer, authorization)


@pytest.mark.parametrize(
    ("verb", "path"),
    [("get", "/claims"), ("post", "/claims"), ("get", "/users"), ("head", "/users"),
     ("get", f"/users/{ALICE}"), ("post", "/profiles/graphql")],
)  # fmt: skip
def test_without_a_database_the_answer_is_json_too_and_says_when_to_come_back(machine, verb, path):
    connection.connection.close()  # as when its server dies

    answer = getattr(Client(), verb)(path, headers=machine)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Content-Type"].startswith("application/json")
    if verb != "head":
        assert answer.json()["errors"][0]["status"] == "503"


@pytest.mark.parametrize(
    "number",
    ["18446744073709551616", "-9223372036854775809", "9" * 4000, "1e999", "1e-999"],
    ids=["64 bits and one", "below 64 bits", "4,000 digits", "beyond floats", "next to nothing"],
)
def test_no_number_within_a_batch_breaks_it(machine, number):
    raw = b'{"claims": [{"orcid": %b, "doi": "10.5072/a"}, {"x": [%b]}]}' % ((number.encode(),) * 2)

    answer = Client().post("/claims/batches", raw, content_type="application/json", headers=machine)

    assert_no_error_of_ours(answer, number)


def test_no_depth_within_a_batch_breaks_it(machine):
    for depth in range(850, 1050):
        raw = b'{"claims": [%b%b]}' % (b"[" * depth, b"]" * depth)
        headers = {**machine, "Idempotency-Key": str(depth)}
        answer = Client().post("/claims/batches", raw, content_type="application/json", headers=headers)
        assert_no_error_of_ours(answer, depth)

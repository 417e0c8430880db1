"""Each request leaves one line: who, what, how it ended, how long it took, and an id that finds the rest."""

import io
import json
import logging

import pytest
import structlog
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from profiles.infra.monitoring import logs
from profiles.infra.monitoring.request_log import HEADER
from tests.support.api_callers import service_key
from tests.support.claims import ALICE, waiting_claim

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def line_of_request(lines) -> dict:
    (line,) = [one for one in lines() if one["event"] == "http.request"]
    return line


def test_a_person_is_named_by_number_and_the_page_by_its_route(client, lines):
    account = Account.objects.create(orcid_id=ALICE, name="Alice Unmistakable")
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    claim = waiting_claim()

    answer = client.get(f"/works/{claim.uuid}")

    line = line_of_request(lines)
    assert (line["method"], line["route"], line["status"]) == ("GET", "works/<uuid:uuid>", 200)
    assert (line["caller"], line["request_id"]) == (f"account:{account.pk}", answer[HEADER])
    assert line["seconds"] >= 0
    assert not [one for one in lines() if "Unmistakable" in str(one) or str(claim.uuid) in str(one)]


def test_a_machine_is_named_by_the_number_of_its_key(client, lines):
    key = service_key()
    before = len(lines())

    client.get("/claims", HTTP_AUTHORIZATION=f"Bearer {key}")

    said = [one for one in lines() if one["event"] == "api.key_used"]
    line = line_of_request(lines)
    assert line["caller"] == f"key:{said[0]['key_id']}"
    below = {one["request_id"] for one in lines()[before:]}
    assert below == {line["request_id"]}


def test_a_stranger_is_no_one_and_no_two_requests_have_the_same_id(client, lines):
    answers = [client.get(path) for path in ("/sign_in", "/nowhere", "/claims", "/oauth/token")]

    found = [
        (one["route"], one["status"], one["caller"]) for one in lines() if one["event"] == "http.request"
    ]
    assert found == [
        ("sign_in", 200, ""), ("(none)", 404, ""), ("claims", 401, ""), ("oauth/token", 405, "")
    ]  # fmt: skip
    assert len({one[HEADER] for one in answers}) == len(answers)


def test_no_line_holds_the_key_of_a_request_that_waits(client, lines):
    client.get("/oauth/resume/a-key-nobody-may-read")

    assert line_of_request(lines)["status"] == 400
    assert not [one for one in lines() if "nobody-may-read" in str(one)]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"path": "/sign_in", "HTTP_HOST": "evil.example"}, 400),
        ({"path": "/device", "CONTENT_LENGTH": "99999999", "CONTENT_TYPE": FORM}, 400),
        ({"path": "/nowhere"}, 404),
    ],
    ids=["wrong host", "large body", "nowhere"],
)
def test_what_strangers_do_wrong_costs_one_or_two_lines_at_level_info(client, lines, asked, status):
    client.force_login(Account.objects.create(orcid_id=ALICE), backend=settings.AUTHENTICATION_BACKENDS[0])

    answer = client.generic("POST", **asked)

    assert answer.status_code == status
    assert {one["level"] for one in lines()} == {"info"}
    assert len(lines()) <= 2
    assert "Traceback" not in str(lines())


def test_an_error_of_ours_is_told_with_its_traceback_and_without_the_address(lines, monkeypatch):
    def fail(*_args, **_keywords):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("profiles.web.views.account.landing.render", fail)

    answer = Client(raise_request_exception=False).get("/?secret=in-the-address")

    assert answer.status_code == 500
    (line,) = [one for one in lines() if one["event"] == "http.failed"]
    assert (line["level"], line["request_id"]) == ("error", answer[HEADER])
    assert "broken on purpose" in line["exception"]
    assert "in-the-address" not in str(lines())

"""Reading what ORCID, or what stands before it, answers when it does not do as asked."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from profiles.clients.errors import ServiceUnavailableError, TokenRejectedError, TooManyCallsError
from profiles.clients.http import MAX_WAIT, Answer, retry_after
from profiles.clients.orcid_answers import refusal
from profiles.domain import problems


def answered(status, body, **headers):
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(status, headers, content)


def in_orcids_form(code, status):
    return {"response-code": status, "developer-message": "said", "error-code": code}


@pytest.mark.parametrize("status", [400, 404, 405, 409, 415, 429])
def test_only_401_and_403_may_say_that_a_permission_is_refused(status):
    """Servers write ``error`` into many answers, such as Spring's own 404; no permission is lost by that."""
    error = refusal(answered(status, {"timestamp": 1, "status": status, "error": "Not Found", "path": "/"}))

    assert not isinstance(error, TokenRejectedError)


@pytest.mark.parametrize(("status", "said"), [(401, "invalid_token"), (403, "forbidden")])
def test_a_refused_permission_is_known_by_its_shape(status, said):
    assert isinstance(
        refusal(answered(status, {"error": said, "error_description": "x"})), TokenRejectedError
    )


@pytest.mark.parametrize("status", [500, 502, 504, 520])
def test_a_code_that_no_one_knows_does_not_hide_an_outage(status):
    error = refusal(answered(status, in_orcids_form(9999, status)))

    assert (type(error), error.entry) == (ServiceUnavailableError, problems.ORCID_BROKEN)
    assert "9999" in error.detail


def test_a_code_that_no_one_knows_with_status_401_is_a_refused_permission():
    assert isinstance(refusal(answered(401, in_orcids_form(9999, 401))), TokenRejectedError)


@pytest.mark.parametrize("code", [9008, 9999])
@pytest.mark.parametrize("status", [429, 503])
def test_too_many_calls_are_known_also_in_orcids_own_form(status, code):
    error = refusal(answered(status, in_orcids_form(code, status), **{"retry-after": "7"}))

    assert (type(error), error.retry_after) == (TooManyCallsError, 7.0)


def test_the_wait_that_is_asked_for_is_read_from_every_outage():
    for body in ("<html>", in_orcids_form(9008, 500)):
        assert refusal(answered(500, body, **{"retry-after": "9"})).retry_after == 9.0


def test_a_wait_may_be_asked_for_as_a_moment():
    moment = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)

    wait = retry_after(answered(503, "", **{"retry-after": moment}))

    assert wait is not None
    assert 200 < wait <= 300


def test_a_moment_that_has_passed_asks_for_no_wait():
    assert retry_after(answered(503, "", **{"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0.0


BEYOND_YEARS = "Wed, 21 Oct 99999999999 07:28:00 GMT"


@pytest.mark.parametrize(
    "asked", ["", "soon", "-5", "²", "1.5", "Wed, 99 Oct 2015 07:28:00 GMT", "0x10", BEYOND_YEARS]
)
def test_what_is_no_wait_is_not_read_as_one(asked):
    assert retry_after(answered(503, "", **{"retry-after": asked})) is None


@pytest.mark.parametrize("asked", ["9" * 400, "31536000", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_one_makes_us_wait_for_longer_than_a_day(asked):
    assert retry_after(answered(503, "", **{"retry-after": asked})) == MAX_WAIT

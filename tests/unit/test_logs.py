import io
import json
import logging

import pytest
import structlog

from profiles.infra.monitoring import logs


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_one_line_of_json(lines):
    structlog.get_logger("test").info("claim.pushed", put_code=7)

    (line,) = lines()
    assert (line["event"], line["put_code"], line["level"]) == ("claim.pushed", 7, "info")


@pytest.mark.parametrize(
    "facts",
    [
        {"access_token": "s3cret"},
        {"client_secret": "s3cret"},
        {"Authorization": "Bearer s3cret"},
        {"email": "s3cret@example.org"},
        {"code": "s3cret"},
        {"detail": "refused: Bearer s3cret"},
        {"url": "https://x/?access_token=s3cret&a=1"},
        {"url": "https://x/?code=s3cret"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_secrets_are_hidden_even_if_a_caller_forgets(lines, facts):
    structlog.get_logger("test").info("http.call", **facts)

    assert "s3cret" not in json.dumps(lines())


def test_what_libraries_say_comes_out_in_the_same_form(lines):
    logging.getLogger("allauth").warning("Not Found: %s", "/x")

    assert lines()[0]["event"] == "Not Found: /x"

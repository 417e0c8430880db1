"""What we say of the API, to programs and to people."""

import re

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from profiles.domain.problems import CATALOGUE
from profiles.domain.wish_refusals import WISH_REFUSALS

pytestmark = pytest.mark.django_db


def described():
    return Client().get("/api/openapi.json").json()


def test_the_description_is_valid_openapi_3_1():
    description = described()

    assert description["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_people_read_every_operation_and_every_code_of_a_problem():
    page = Client().get("/api/docs").content.decode()

    for path, verbs in described()["paths"].items():
        for verb in verbs:
            assert f"<code>{verb.upper()} {path}</code>" in page
    for code in [*CATALOGUE, *WISH_REFUSALS]:
        assert f"<code>{code}</code>" in page


def test_the_page_takes_nothing_from_elsewhere():
    page = Client().get("/api/docs").content.decode()

    taken = re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"([^\"]+)\"", page)
    assert taken
    assert [address for address in taken if not re.match(r"/(?!/)", address)] == []


def test_every_operation_shows_an_example_of_a_good_answer():
    for path, verbs in described()["paths"].items():
        for verb, operation in verbs.items():
            answers = operation["responses"].items()
            good = [answer for status, answer in answers if status.startswith("2")]
            assert good, (verb, path)
            for answer in good:
                for content in answer.get("content", {}).values():
                    assert "example" in content or "examples" in content, (verb, path)

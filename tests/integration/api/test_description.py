"""What we say of the API, to programs and to people."""

import html
import re

import pytest
from django.test import Client
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from profiles.api.description.changes import CHANGES, POLICY
from profiles.api.graphql.limits import MAX_COST, MAX_DEPTH
from profiles.api.graphql.people import SDL
from profiles.domain.problems import CATALOGUE
from profiles.domain.request_errors import REQUEST_ERRORS

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
    for code in [*CATALOGUE, *REQUEST_ERRORS]:
        assert f"<code>{code}</code>" in page


def test_people_read_every_answer_of_every_operation():
    page = html.unescape(Client().get("/api/docs").content.decode())
    shared = dict(re.findall(r'<details id="error-(\d+)".*?<summary>\d+: (.*?)</summary>', page))
    missing = []

    for verbs in described()["paths"].values():
        for operation in verbs.values():
            section = page.split(f'aria-labelledby="{operation["operationId"]}"', 1)[1].split("</section>")[0]
            for status, answer in operation["responses"].items():
                is_linked = f'href="#error-{status}"' in section and shared[status] == answer["description"]
                if not is_linked and f"{status}: {answer['description']}" not in section:
                    missing.append(f"{operation['operationId']} {status}")

    assert len(shared) > 5
    assert missing == []


def test_the_page_tells_what_changed_and_what_may():
    page = html.unescape(Client().get("/api/docs").content.decode())

    for said in (*POLICY, *(change.text for change in CHANGES)):
        assert said in page


def test_every_operation_stands_among_the_changes_since_it_is_there():
    told = {operation for change in CHANGES for operation in change.operations}

    assert {name for name, _ in operations()} | {"POST /profiles/graphql"} == told


def test_the_page_shows_the_graph_of_people_with_its_limits():
    page = html.unescape(Client().get("/api/docs").content.decode())

    assert "POST /profiles/graphql" in page
    assert SDL in page
    assert f"{MAX_DEPTH} levels" in page
    assert f"{MAX_COST:,}" in page


def test_every_operation_says_what_it_answers_while_the_database_is_away():
    assert [name for name, operation in operations() if "503" not in operation["responses"]] == []


def test_a_name_of_ones_own_needs_another_scope_than_announcing_people():
    ways = described()["paths"]["/users/{orcid}"]["put"]["security"]

    assert ways == [{"bearer": ["people:write"]}, {"bearer": ["profile:write"]}]


def test_the_page_takes_nothing_from_elsewhere():
    page = Client().get("/api/docs").content.decode()

    taken = re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"([^\"]+)\"", page)
    assert taken
    assert [address for address in taken if not re.match(r"/(?!/)", address)] == []


def operations():
    for path, verbs in described()["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb.upper()} {path}", operation


def faults(schema, example):
    """Say where an example differs from its schema, formats included."""
    whole = {**schema, "components": described()["components"]}
    checker = OAS31Validator(whole, format_checker=OAS31Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(example)]


def test_every_answer_has_an_example_that_keeps_to_its_schema():
    shown = [
        (f"{name} {status}", content)
        for name, operation in operations()
        for status, answer in operation["responses"].items()
        for content in answer["content"].values()
    ]

    assert len(shown) > 100
    assert [name for name, content in shown if "example" not in content] == []
    assert [(name, found) for name, one in shown if (found := faults(one["schema"], one["example"]))] == []


def test_every_body_and_parameter_has_an_example_that_keeps_to_its_schema():
    shown = []
    for name, operation in operations():
        shown += [(f"{name} {one['name']}", one) for one in operation.get("parameters", [])]
        body = operation.get("requestBody")
        shown += [(name, content) for content in body["content"].values()] if body else []

    assert len(shown) > 50
    assert [name for name, one in shown if one.get("example") is None] == []
    assert {name: faults(one["schema"], one["example"]) for name, one in shown} == {
        name: [] for name, _ in shown
    }


def test_an_example_that_does_not_keep_to_its_schema_would_be_noticed():
    content = described()["paths"]["/claims"]["post"]["requestBody"]["content"]["application/json"]

    assert faults(content["schema"], {"claim": {"doi": 5}})

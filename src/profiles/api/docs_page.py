"""The page on which people read the API: made from its description, so that the two cannot part."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from profiles.api.api import ABOUT, api
from profiles.api.description import changes
from profiles.api.graphql import people
from profiles.api.graphql.limits import MAX_COST, MAX_DEPTH
from profiles.domain.problems import CATALOGUE
from profiles.domain.request_errors import REQUEST_ERRORS

VERBS: Final = ("get", "post", "put", "patch", "delete")
SHARED_FROM: Final = 3
"""An error that so many operations answer with is shown once, with a link from each of them."""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show every path with its parameters, bodies, answers and examples, and every problem's code."""
    return render(
        request,
        "api/docs.html",
        {
            "about": ABOUT.replace("`", "").split("\n\n"),
            "groups": _groups(),
            "errors": _shared_errors(),
            "graph": {"sdl": people.SDL, "depth": MAX_DEPTH, "cost": f"{MAX_COST:,}"},
            "policy": changes.POLICY,
            "changes": list(reversed(changes.CHANGES)),
            "problems": list(CATALOGUE.values()),
            "refusals": list(REQUEST_ERRORS.values()),
        },
    )


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
    """Return the operations by group, each with the errors that are its own and those it shares."""
    shared = _shared_errors()
    groups = _operations()
    for operations in groups.values():
        for operation in operations:
            operation["errors"] = [answer for answer in operation["answers"] if answer in shared]
            operation["answers"] = [answer for answer in operation["answers"] if answer not in shared]
    return groups


@cache
def _shared_errors() -> list[dict[str, str]]:
    """Return the errors of many operations: for each status the one that most of them answer with."""
    operations = [one for group in _operations().values() for one in group]
    counted = Counter(
        tuple(answer.items())
        for operation in operations
        for answer in operation["answers"]
        if answer["status"] >= "400"
    )
    shared: dict[str, dict[str, str]] = {}
    for answer, count in counted.most_common():
        if count >= SHARED_FROM:
            shared.setdefault(dict(answer)["status"], dict(answer))
    return [shared[status] for status in sorted(shared)]


def _operations() -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    description = api.get_openapi_schema()
    for path, verbs in description["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                operation = verbs[verb]
                group = str(operation.get("tags", ["other"])[0])
                groups.setdefault(group, []).append(_described(path, verb, operation))
    return groups


def _described(path: str, verb: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "verb": verb.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "text": operation.get("description", ""),
        "scopes": [scope for way in operation.get("security", []) for scope in way.get("bearer", [])],
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "body": _example(operation.get("requestBody", {})),
        "answers": [
            {"status": str(status), "text": answer.get("description", ""), "example": _example(answer)}
            for status, answer in operation.get("responses", {}).items()
        ],
    }


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    schema = one.get("schema", {})
    return {
        "name": one["name"],
        "place": one["in"],
        "required": one.get("required", False),
        "text": one.get("description", ""),
        "values": ", ".join(str(value) for value in schema.get("enum", [])),
        "usual": schema.get("default", ""),
        "example": one["example"],
    }


def _example(part: dict[str, Any]) -> str:
    return next(_examples(part), "")


def _examples(part: dict[str, Any]) -> Iterator[str]:
    for content in part.get("content", {}).values():
        given = [content["example"]] if "example" in content else []
        given += [named["value"] for named in content.get("examples", {}).values() if "value" in named]
        for example in given:
            yield json.dumps(example, indent=2, ensure_ascii=False)

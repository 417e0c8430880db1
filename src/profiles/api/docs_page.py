"""The page on which people read the API: made from its description, so that the two cannot part."""

import json
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


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show every path with its parameters, bodies, answers and examples, and every problem's code."""
    return render(
        request,
        "api/docs.html",
        {
            "about": ABOUT.replace("`", "").split("\n\n"),
            "groups": _groups(),
            "graph": {"sdl": people.SDL, "depth": MAX_DEPTH, "cost": f"{MAX_COST:,}"},
            "policy": changes.POLICY,
            "changes": list(reversed(changes.CHANGES)),
            "problems": list(CATALOGUE.values()),
            "refusals": list(REQUEST_ERRORS.values()),
        },
    )


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
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

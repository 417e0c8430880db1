"""``POST /profiles/graphql``: the subgraph of public people, within limits of depth and cost."""

from functools import cache
from typing import Any, Final

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from profiles.api.graphql.limits import MAX_TOKENS, WithinLimits
from profiles.api.graphql.people import make_schema
from profiles.api.http import request_parsing
from profiles.api.http.errors import ApiError
from profiles.api.http.rendering import respond

log = structlog.get_logger(__name__)
MAX_ERRORS: Final = 5
MAX_QUERY_LENGTH: Final = 64_000
_schema = cache(make_schema)


def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer a query; ``variables`` may be an object or its JSON text. Open to everyone."""
    if request.method != "POST":
        answer = respond({"message": "This endpoint only supports POST requests."}, 405)
        answer.headers["Allow"] = "POST"
        return answer
    try:
        query, variables, operation = _read_query(request)
    except ApiError as error:
        return respond({"errors": [{"message": error.title}]}, error.status)
    return respond(_answer(query, variables, operation))


def _read_query(request: HttpRequest) -> tuple[str, dict[str, Any], str | None]:
    """Read the body.

    Raises:
        ApiError: it is not a query.
    """
    body = request_parsing.body(request)
    query, variables = body.get("query"), body.get("variables") or {}
    operation = body.get("operationName") or None
    if not isinstance(query, str) or not query.strip():
        raise ApiError(400, "query must be the text of a query.")
    if len(query) > MAX_QUERY_LENGTH:
        raise ApiError(413, "The query is too long.")
    if isinstance(variables, str):
        try:
            variables = msgspec.json.decode(variables)
        except (msgspec.DecodeError, RecursionError):
            variables = None
    if not isinstance(variables, dict):
        raise ApiError(400, "variables must be an object.")
    if operation is not None and not isinstance(operation, str):
        raise ApiError(400, "operationName must be a text.")
    return query, variables, operation


def _answer(query: str, variables: dict[str, Any], operation: str | None) -> dict[str, Any]:
    schema = _schema()
    try:
        document = parse(query, no_location=False, max_tokens=MAX_TOKENS)
    except (GraphQLSyntaxError, RecursionError) as error:
        return {"errors": [_error(error)]}
    limits = type("WithinLimits", (WithinLimits,), {"variables": variables})
    errors = validate(schema, document, [limits, *specified_rules], max_errors=MAX_ERRORS)
    if errors:
        return {"errors": [_error(error) for error in errors]}
    return _response_body(_run(schema, document, variables, operation))


def _run(
    schema: GraphQLSchema, document: Any, variables: dict[str, Any], operation: str | None
) -> ExecutionResult:
    return execute_sync(schema, document, variable_values=variables, operation_name=operation)


def _response_body(result: ExecutionResult) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_error(error) for error in result.errors]
    return body


def _error(error: Exception) -> dict[str, Any]:
    """Return the error of a query; details of our own errors are only logged."""
    original = getattr(error, "original_error", None)
    if not isinstance(error, GraphQLError) or (
        original is not None and not isinstance(original, GraphQLError)
    ):
        log.error("graphql.failed", exc_info=original or error)
        return {"message": "The query could not be answered."}
    content: dict[str, Any] = {"message": error.message}
    if error.locations:
        content["locations"] = [
            {"line": location.line, "column": location.column} for location in error.locations
        ]
    if error.path:
        content["path"] = error.path
    return content

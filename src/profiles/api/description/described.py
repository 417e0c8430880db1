"""OpenAPI arguments of an operation: its shapes, parameters, examples and errors."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from profiles.api.description import examples
from profiles.api.http.shapes import Errors, Shape
from profiles.domain.access.roles import Scope

REFUSALS: Final = {
    400: "The request could not be read.",
    401: "No token, or one that is unknown or expired.",
    403: "The token does not allow this.",
    404: "There is no such thing, or it is not shown to this caller.",
    413: "The body is too large.",
    409: "The Idempotency-Key was used for another request; the detail names its batch.",
    422: "A field is missing or wrong; the answer names it.",
    429: "The key, the person or the address asked too often. Retry-After says when to ask again.",
    503: "Nothing was done: the database does not answer. Retry-After says when to come again.",
}


HEADERS: Final = {
    "RateLimit-Policy": {
        "description": "the limit that counts for this caller: its name, q requests in w seconds",
        "schema": {"type": "string", "example": '"key";q=60000;w=300'},
    },
    "RateLimit": {
        "description": "what is left of it: r requests, until the window ends in t seconds",
        "schema": {"type": "string", "example": '"key";r=59998;t=297'},
    },
}
RETRY_AFTER: Final = {
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer", "example": 297}}
}


class Operation(NamedTuple):
    """What one operation may be refused with, and which scope its keys need; no scope: open to all.

    ``own`` is the scope that is enough for what is the caller's own.
    """

    summary: str
    scope: Scope | None
    refusals: tuple[int, ...]
    own: Scope | None = None


_ANNOUNCING: Final = (400, 401, 403, 413, 422)
OPERATIONS: Final = {
    "list_claims": Operation("List claims", Scope.CLAIMS_READ, (400, 401, 403)),
    "create_claim": Operation(
        "Claim a work, or ask for its removal", Scope.CLAIMS_WRITE, (400, 401, 403, 413, 422)
    ),
    "create_batch": Operation("Claim many works at once", Scope.CLAIMS_WRITE, (400, 401, 403, 409, 413, 422)),
    "show_batch": Operation("Show how far a batch is", Scope.CLAIMS_READ, (401, 403, 404)),
    "list_batch_results": Operation(
        "List what became of each item of a batch", Scope.CLAIMS_READ, (400, 401, 403, 404)
    ),
    "show_claim": Operation("Show a claim", Scope.CLAIMS_READ, (401, 403, 404)),
    "delete_claim": Operation("Ask for a work's removal", Scope.CLAIMS_WRITE, (401, 403, 404)),
    "list_users": Operation("List people", None, (400,)),
    "show_user": Operation("Show a person", None, (404,)),
    "put_user": Operation(
        "Announce a person, or change one's own name", Scope.PEOPLE_WRITE, _ANNOUNCING, Scope.PROFILE_WRITE
    ),
    "patch_user": Operation("The same as PUT", Scope.PEOPLE_WRITE, _ANNOUNCING, Scope.PROFILE_WRITE),
    "announce_dois": Operation(
        "Announce DOIs that changed", Scope.DOI_EVENTS_WRITE, (400, 401, 403, 413, 422)
    ),
    "list_webhooks": Operation("List webhooks", Scope.WEBHOOKS, (401, 403)),
    "create_webhook": Operation("Register a webhook", Scope.WEBHOOKS, (400, 401, 403, 413, 422)),
    "show_webhook": Operation("Show a webhook", Scope.WEBHOOKS, (401, 403, 404)),
    "change_webhook": Operation("Change a webhook", Scope.WEBHOOKS, (400, 401, 403, 404, 413, 422)),
    "delete_webhook": Operation("Delete a webhook", Scope.WEBHOOKS, (401, 403, 404)),
    "renew_webhook_secret": Operation("Make a new secret", Scope.WEBHOOKS, (401, 403, 404)),
    "ping_webhook": Operation("Send a test message", Scope.WEBHOOKS, (401, 403, 404)),
    "list_deliveries": Operation("List what was sent", Scope.WEBHOOKS, (400, 401, 403, 404, 422)),
    "replay_deliveries": Operation("Send messages again", Scope.WEBHOOKS, (400, 401, 403, 404, 413, 422)),
    "show_confirmations": Operation("Show which iDs of a work their owners confirmed", None, (400,)),
    "show_repository": Operation("Show the repository view", Scope.REPOSITORY_READ, (401, 403, 404)),
}
JSON: Final = "application/json"
BODIES: Final[dict[str, type[Shape]]] = {}
"""The shapes of bodies by name; ninja does not know them, because we read bodies ourselves."""


def described(
    operation_id: str,
    answer: type[Shape],
    *,
    status: int = 200,
    also: Sequence[int] = (),
    query: Sequence[dict[str, Any]] = (),
    body: type[Shape] | None = None,
) -> dict[str, Any]:
    """Return ninja's arguments for an operation; ``also`` are further statuses with the same answer."""
    operation = OPERATIONS[operation_id]
    statuses = (status, *also)
    answers: dict[int, Any] = {code: {"content": {JSON: examples.answer(operation_id)}} for code in statuses}
    refusals = (*operation.refusals, 429, 503)
    for code in refusals:
        answers[code] = {"description": REFUSALS[code], "content": {JSON: examples.refusal(code)}}
    for code, content in answers.items():
        content["headers"] = HEADERS | (RETRY_AFTER if code in {429, 503} else {})
    extra: dict[str, Any] = {
        "parameters": list(query),
        "security": _security(operation),
        "responses": answers,
    }
    if body is not None:
        BODIES[body.__name__] = body
        content = {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}, **examples.body(operation_id)}
        extra["requestBody"] = {"required": True, "content": {JSON: content}}
    return {
        "operation_id": operation_id,
        "summary": operation.summary,
        "by_alias": True,
        "response": dict.fromkeys(statuses, answer) | dict.fromkeys(refusals, Errors),
        "openapi_extra": extra,
    }


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.scope is None:
        return [{}, {"bearer": []}]
    return [{"bearer": [scope.value]} for scope in (operation.scope, operation.own) if scope]

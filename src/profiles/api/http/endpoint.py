"""The way into and out of the API: what every request and answer has in common, whatever it is about.

Always JSON, for errors too; nothing is redirected, because a POST would become a GET; ``HEAD`` like ``GET``;
pages of other hosts may call with a bearer token, and cookies count for nothing. Source: the outer contract's
rules for HTTP.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.csrf import csrf_exempt

from profiles.accounts import keys
from profiles.api.http import request_parsing
from profiles.api.http.errors import ApiError, not_there
from profiles.api.http.rendering import JSON, respond

log = structlog.get_logger(__name__)
View = Callable[..., HttpResponse]
VERBS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"
_HEADERS: Final = "Authorization, Content-Type, Accept, Idempotency-Key, If-None-Match, *"
"""Any; but the star does not speak for the first."""
_TO_READ: Final = "ETag, X-Credential-Username, X-Anonymous-Consumer, Deprecation, Sunset"
_NO_DATABASE: Final = (OperationalError, InterfaceError)
_OK: Final = 200
_NO_SUCH_VERB: Final = 405
_REFUSED: Final = 400


def through_the_door(view: View, *, operation: str = "") -> View:
    """Give a view what all have in common; ``operation`` is what a key's use is counted under."""

    @csrf_exempt
    def entered(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _open_to_browsers(request, HttpResponse(status=204))
        head_only = request.method == "HEAD"
        if head_only:
            request.method = "GET"
        try:
            response = view(request, *args, **keywords)
            if response.status_code == _NO_SUCH_VERB and response.headers.get("Content-Type") != JSON:
                response = _no_such_verb(response)
            _say_who(request, response)
            _count(request, response, operation)
            response = _marked(request, response)
        except _NO_DATABASE as error:
            response = _out_of_order(request, error)
        if head_only:
            length = len(response.content)
            response.content = b""
            response.headers["Content-Length"] = str(length)
        return _open_to_browsers(request, response)

    entered.is_of_the_api = True  # type: ignore[attr-defined]
    return entered


def is_of_the_api(view: object) -> bool:
    """Say whether a view went through this door."""
    return getattr(view, "is_of_the_api", False) is True


def nothing_there(_request: HttpRequest) -> HttpResponse:
    """Answer for addresses below the API's that lead nowhere."""
    error = not_there()
    return respond(error.body(), error.status)


def _out_of_order(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer while the database does not: in JSON too, and nothing of it is known to have been done."""
    log.error("api.without_database", path=request.path, exc_info=error)
    failure = ApiError(503, "The service is not available at the moment. Try again in a while.")
    answer = respond(failure.body(), failure.status)
    answer.headers["Retry-After"] = "30"
    return answer


def _no_such_verb(response: HttpResponse) -> HttpResponse:
    error = ApiError(_NO_SUCH_VERB, "This address does not take that method.")
    answer = respond(error.body(), error.status)
    answer.headers["Allow"] = response.headers.get("Allow", "")
    return answer


def _say_who(request: HttpRequest, response: HttpResponse) -> None:
    """Say whom we took the caller for, as the old service did."""
    known = request_parsing.caller(request)
    if known is None:
        response.headers["X-Anonymous-Consumer"] = "true"
    else:
        # A header holds ASCII; the name of a machine may hold more.
        response.headers["X-Credential-Username"] = known.name.encode("ascii", "replace").decode()


def _count(request: HttpRequest, response: HttpResponse, operation: str) -> None:
    known = request_parsing.caller(request)
    if known is None or known.key_id is None:
        return
    refused = response.status_code >= _REFUSED
    keys.note_use(key_id=known.key_id, operation=f"{request.method} {operation}", refused=refused)
    log.info(
        "api.key_used",
        key_id=known.key_id,
        operation=operation,
        verb=request.method,
        status=response.status_code,
    )


def _marked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark what was read, so that it is not sent twice to somebody who has it."""
    if request.method != "GET" or response.status_code != _OK:
        return response
    mark = f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'
    known = {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}
    if mark in known:
        unchanged = HttpResponseNotModified()
        for name, value in response.items():
            if name.startswith(("X-", "Cache")):
                unchanged.headers[name] = value
        response = unchanged
    response.headers["ETag"] = mark
    return response


def _open_to_browsers(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = VERBS
    response.headers["Access-Control-Allow-Headers"] = _HEADERS
    response.headers["Access-Control-Expose-Headers"] = _TO_READ
    response.headers["Access-Control-Max-Age"] = "7200"
    response.headers.setdefault("Cache-Control", "max-age=0, private, must-revalidate")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

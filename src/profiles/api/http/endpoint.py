"""Wrap every API view: JSON errors, CORS, ETag, HEAD and OPTIONS, and the log of key use.

Answers are always JSON, errors too. Nothing is redirected, because a redirected POST becomes a GET. Pages of
other hosts may call with a bearer token; cookies are ignored. Source: the outer contract's rules for HTTP.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.csrf import csrf_exempt

from profiles.accounts import keys, request_limits
from profiles.api.http import errors, request_parsing
from profiles.api.http.errors import ApiError
from profiles.api.http.rendering import JSON, respond

log = structlog.get_logger(__name__)
View = Callable[..., HttpResponse]
VERBS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"
_ALLOWED_HEADERS: Final = "Authorization, Content-Type, Accept, Idempotency-Key, If-None-Match, *"
"""The star covers any header except Authorization, which must be listed."""
_EXPOSED_HEADERS: Final = (
    "ETag, X-Credential-Username, X-Anonymous-Consumer, Deprecation, Sunset, "
    "RateLimit, RateLimit-Policy, Retry-After"
)
_NO_DATABASE: Final = (OperationalError, InterfaceError)
_OK: Final = 200
_METHOD_NOT_ALLOWED: Final = 405
_REFUSED: Final = 400


def api_endpoint(view: View, *, operation: str = "") -> View:
    """Wrap an API view. ``operation`` is the name under which a key's use is counted."""

    @csrf_exempt
    def endpoint(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _with_cors(request, HttpResponse(status=204))
        head_only = request.method == "HEAD"
        if head_only:
            request.method = "GET"
        try:
            usage = request_limits.hit(request, caller=request_parsing.identify_caller(request))
            response = _too_many() if usage.is_exceeded else view(request, *args, **keywords)
            is_for_all = response.headers.get("Cache-Control", "").startswith("public")
            if not is_for_all:
                # A cache would show one caller's limits and name to the others.
                request_limits.describe(response, usage)
                _name_caller(request, response)
            if response.status_code == _METHOD_NOT_ALLOWED and response.headers.get("Content-Type") != JSON:
                response = _method_not_allowed(response)
            _count_key_use(request, response, operation)
            response = _with_etag(request, response)
        except _NO_DATABASE as error:
            response = _database_unavailable(request, error)
        if head_only:
            length = len(response.content)
            response.content = b""
            response.headers["Content-Length"] = str(length)
        return _with_cors(request, response)

    endpoint.is_api_endpoint = True  # type: ignore[attr-defined]
    return endpoint


def is_api_endpoint(view: object) -> bool:
    """Tell whether a view was wrapped by ``api_endpoint``."""
    return getattr(view, "is_api_endpoint", False) is True


def not_found(_request: HttpRequest) -> HttpResponse:
    """Answer 404 for addresses below the API that do not exist."""
    error = errors.not_found()
    return respond(error.body(), error.status)


def _database_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 503 in JSON while the database is away."""
    log.error("api.without_database", path=request.path, exc_info=error)
    failure = ApiError(503, "The service is not available at the moment. Try again in a while.")
    answer = respond(failure.body(), failure.status)
    answer.headers["Retry-After"] = "30"
    return answer


def _method_not_allowed(response: HttpResponse) -> HttpResponse:
    error = ApiError(_METHOD_NOT_ALLOWED, "This address does not take that method.")
    answer = respond(error.body(), error.status)
    answer.headers["Allow"] = response.headers.get("Allow", "")
    return answer


def _too_many() -> HttpResponse:
    error = ApiError(429, request_limits.TITLE)
    return respond(error.body(), error.status)


def _name_caller(request: HttpRequest, response: HttpResponse) -> None:
    """Name the caller in a header, as the old service did."""
    caller = request_parsing.identify_caller(request)
    if caller is None:
        response.headers["X-Anonymous-Consumer"] = "true"
    else:
        # A header holds ASCII; a service key's name may hold more.
        response.headers["X-Credential-Username"] = caller.name.encode("ascii", "replace").decode()


def _count_key_use(request: HttpRequest, response: HttpResponse, operation: str) -> None:
    caller = request_parsing.identify_caller(request)
    if caller is None or caller.key_id is None:
        return
    refused = response.status_code >= _REFUSED
    keys.note_use(key_id=caller.key_id, operation=f"{request.method} {operation}", refused=refused)
    log.info(
        "api.key_used",
        key_id=caller.key_id,
        operation=operation,
        verb=request.method,
        status=response.status_code,
    )


def _with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add an ETag; answer 304 when the caller has this version."""
    if request.method != "GET" or response.status_code != _OK:
        return response
    etag = f'W/"{blake2b(response.content, digest_size=16).hexdigest()}"'
    cached = {part.strip() for part in request.headers.get("If-None-Match", "").split(",")}
    if etag in cached:
        unchanged = HttpResponseNotModified()
        for name, value in response.items():
            if name.startswith(("X-", "Cache", "RateLimit")):
                unchanged.headers[name] = value
        response = unchanged
    response.headers["ETag"] = etag
    return response


def _with_cors(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = VERBS
    response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
    response.headers["Access-Control-Max-Age"] = "7200"
    response.headers.setdefault("Cache-Control", "max-age=0, private, must-revalidate")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Read a request: its caller, parameters and JSON body; tolerantly, as today's consumers need it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from profiles.accounts.bearer import Caller, authenticate_bearer
from profiles.api.http.errors import ApiError, not_allowed, not_signed_in
from profiles.domain.access.roles import Act, Visitor, may
from profiles.domain.ids import Doi, exact_doi, parse_doi
from profiles.infra.monitoring.request_log import note_caller

MAX_BYTES: Final = 2_500_000
"""No body is larger: a thousand claims."""
_CACHED: Final = "_caller"


def identify_caller(request: HttpRequest) -> Caller | None:
    """Return the caller, or None. The token is the header's last word; the scheme is not checked."""
    if not hasattr(request, _CACHED):
        words = request.headers.get("Authorization", "").split()
        caller = authenticate_bearer(words[-1]) if words else None
        setattr(request, _CACHED, caller)
        _note_in_log(request, caller)
    cached: Caller | None = getattr(request, _CACHED)
    return cached


def _note_in_log(request: HttpRequest, caller: Caller | None) -> None:
    if caller is None:
        return
    if caller.key_id is not None:
        note_caller(request, kind="key", number=caller.key_id)
    elif caller.account is not None:
        note_caller(request, kind="account", number=caller.account.pk)
    else:
        note_caller(request, kind="service", number=caller.owner)


def require_caller(request: HttpRequest) -> Caller:
    """Return the caller.

    Raises:
        ApiError: 401, the request has no token or an unknown one.
    """
    caller = identify_caller(request)
    if caller is None:
        raise not_signed_in()
    return caller


def allowed(caller: Caller | None, act: Act) -> bool:
    """Tell whether the caller may do this: their role allows it, and so does the key they use."""
    if caller is None:
        return may(Visitor.ANONYMOUS, act)
    return may(caller.role, act) and caller.allows(act)


def require(caller: Caller | None, act: Act) -> None:
    """Refuse what the caller may not do.

    Raises:
        ApiError: 401 without a caller, 403 with one.
    """
    if not allowed(caller, act):
        raise not_signed_in() if caller is None else not_allowed()


def is_own(caller: Caller | None, orcid_id: str) -> bool:
    """Tell whether this is the caller's own iD; a service key has none."""
    return caller is not None and caller.account is not None and caller.account.orcid_id == orcid_id


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return the query parameters: hyphen and underscore are equal, an empty value counts as absent.

    Raises:
        ApiError: there are too many parameters, or one holds a NUL.
    """
    try:
        items = request.GET.items()
    except TooManyFieldsSent:
        raise ApiError(400, "There are too many parameters.") from None
    params = {name.replace("_", "-"): str(value) for name, value in items if str(value).strip()}
    if any("\0" in value for value in params.values()):
        raise ApiError(400, "A parameter holds a character that is not text.")
    return params


def body(request: HttpRequest) -> Mapping[str, Any]:
    """Return the JSON object in the body, whatever its content type says.

    Raises:
        ApiError: the body is not JSON, or not an object, or too large.
    """
    try:
        content = msgspec.json.decode(_bytes_of(request))
    except RequestDataTooBig:
        raise ApiError(413, "The body is too large.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, UnreadablePostError):
        raise ApiError(400, "The body is not JSON.") from None
    if not isinstance(content, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return content


def _bytes_of(request: HttpRequest) -> bytes:
    """Return the body. Django reads none when it is chunked, without a Content-Length.

    Raises:
        RequestDataTooBig: it is larger than the limit.
    """
    if request.META.get("CONTENT_LENGTH") or not request.META.get("wsgi.input_terminated"):
        content: bytes = request.body
    else:
        content = request.META["wsgi.input"].read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise RequestDataTooBig
    return content


def underscored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read field names with hyphens, underscores or capitals as the same."""
    return {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name.replace("-", "_")): value
        for name, value in fields.items()
    }


def doi_of(text: str) -> Doi | None:
    """Read a DOI that a program sends; a question mark is a part of it, because programs encode a query."""
    return (exact_doi(text) if "?" in text else None) or parse_doi(text)

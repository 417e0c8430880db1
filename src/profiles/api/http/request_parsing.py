"""What a request asks: its caller, its parameters and its body, read tolerantly."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from profiles.accounts.bearer import Caller, caller_of
from profiles.api.http.errors import ApiError, not_allowed, not_signed_in
from profiles.domain.access.roles import Act, Visitor, may

_KNOWN: Final = "_known_caller"


def caller(request: HttpRequest) -> Caller | None:
    """Return who calls; the token is the last word of the header, whatever the scheme before it."""
    if not hasattr(request, _KNOWN):
        words = request.headers.get("Authorization", "").split()
        setattr(request, _KNOWN, caller_of(words[-1]) if words else None)
    known: Caller | None = getattr(request, _KNOWN)
    return known


def signed_in(request: HttpRequest) -> Caller:
    """Return who calls.

    Raises:
        ApiError: nobody known.
    """
    known = caller(request)
    if known is None:
        raise not_signed_in()
    return known


def allowed(known: Caller | None, act: Act) -> bool:
    """Say whether the caller may do this: their line in the table of rights, narrowed by their key."""
    if known is None:
        return may(Visitor.ANONYMOUS, act)
    return may(known.role, act) and known.allows(act)


def require(known: Caller | None, act: Act) -> None:
    """Refuse what the caller may not do.

    Raises:
        ApiError: 401 for nobody, 403 for somebody.
    """
    if not allowed(known, act):
        raise not_signed_in() if known is None else not_allowed()


def is_own(known: Caller | None, orcid_id: str) -> bool:
    """Say whether this is the caller's own iD; a machine has none."""
    return known is not None and known.account is not None and known.account.orcid_id == orcid_id


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return the query parameters: hyphen and underscore are equal, an empty value counts as absent.

    Raises:
        ApiError: a value holds what no text of ours can hold, or there are too many.
    """
    try:
        asked = request.GET.items()
    except TooManyFieldsSent:
        raise ApiError(400, "There are too many parameters.") from None
    given = {name.replace("_", "-"): str(value) for name, value in asked if str(value).strip()}
    if any("\0" in value for value in given.values()):
        raise ApiError(400, "A parameter holds a character that is not text.")
    return given


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
    """Return the body, also of callers that do not say its length: it comes in pieces, and Django sees none.

    Raises:
        RequestDataTooBig: it is larger than any that we read.
    """
    if request.META.get("CONTENT_LENGTH") or not request.META.get("wsgi.input_terminated"):
        return request.body
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    content: bytes = request.META["wsgi.input"].read(most + 1)
    if len(content) > most:
        raise RequestDataTooBig
    return content


def underscored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read field names with hyphens, underscores or capitals as the same."""
    return {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name.replace("-", "_")): value
        for name, value in fields.items()
    }

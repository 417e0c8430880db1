"""What a request asks: its caller, its parameters and its body, read tolerantly."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest

from profiles.accounts.bearer import Caller, caller_of
from profiles.api.errors import ApiError, not_allowed, not_signed_in
from profiles.domain.roles import Act, Visitor, may


def caller(request: HttpRequest) -> Caller | None:
    """Return who calls; the token is the last word of the header, whatever the scheme before it."""
    words = request.headers.get("Authorization", "").split()
    return caller_of(words[-1]) if words else None


def signed_in(request: HttpRequest) -> Caller:
    """Return who calls.

    Raises:
        ApiError: nobody known.
    """
    known = caller(request)
    if known is None:
        raise not_signed_in()
    return known


def role_of(known: Caller | None) -> str:
    """Return the caller's line in the table of rights."""
    return known.role if known else Visitor.ANONYMOUS.value


def require(known: Caller | None, act: Act) -> None:
    """Refuse what the caller may not do.

    Raises:
        ApiError: 401 for nobody, 403 for somebody.
    """
    if known is None and not may(Visitor.ANONYMOUS, act):
        raise not_signed_in()
    if not may(role_of(known), act) or (known is not None and not known.allows(act.value)):
        raise not_allowed()


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return the query parameters: hyphen and underscore are equal, an empty value counts as absent."""
    return {name.replace("_", "-"): str(value) for name, value in request.GET.items() if str(value).strip()}


def body(request: HttpRequest) -> Mapping[str, Any]:
    """Return the JSON object in the body, whatever its content type says.

    Raises:
        ApiError: the body is not JSON, or not an object.
    """
    try:
        content = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ApiError(400, "The body is not JSON.") from None
    if not isinstance(content, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return content


def underscored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read field names with hyphens, underscores or capitals as the same."""
    return {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name.replace("-", "_")): value
        for name, value in fields.items()
    }

"""Refusals of the API: an object with ``errors``, a list whose first element has a title that is a string."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from profiles.api.http.rendering import respond


class ApiError(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, title: str, *, source: str = "", code: str = "", detail: str = ""
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.source = source
        self.code = code
        self.detail = detail

    def body(self) -> dict[str, Any]:
        """Return the shape that today's consumers read; only a validation error names its source.

        What has a code is newer than they are.
        """
        first = {"source": self.source} if self.source else {"status": str(self.status)}
        first["title"] = self.title
        if self.code:
            first |= {"code": self.code, "detail": self.detail}
        return {"errors": [first]}


def not_signed_in() -> ApiError:
    """401: no token, or one that is unknown or expired."""
    return ApiError(401, "Bad credentials.")


def not_allowed() -> ApiError:
    """403: known, but this is not theirs."""
    return ApiError(403, "You are not authorized to access this resource.")


def not_there() -> ApiError:
    """404."""
    return ApiError(404, "The resource you are looking for doesn't exist.")


def invalid(source: str, title: str) -> ApiError:
    """422: a field is wrong."""
    return ApiError(422, title, source=source)


def answer(_request: HttpRequest, error: ApiError) -> HttpResponse:
    """Turn the error into its answer."""
    return respond(error.body(), error.status)

"""API errors: an object with ``errors``, a list whose first element has a string ``title``."""

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
        """Return the shape that today's consumers read. Only a validation error names its source.

        Errors with a code are newer than those consumers.
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
    """403: the caller may not do this."""
    return ApiError(403, "You are not authorized to access this resource.")


def not_found() -> ApiError:
    """404."""
    return ApiError(404, "The resource you are looking for doesn't exist.")


def invalid(source: str, title: str) -> ApiError:
    """422: a field is wrong."""
    return ApiError(422, title, source=source)


def error_response(_request: HttpRequest, error: ApiError) -> HttpResponse:
    """Return the error as an HTTP response."""
    return respond(error.body(), error.status)

"""The API: its paths, its errors and its description."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from profiles import __version__
from profiles.api import claims, doi_events, errors, users
from profiles.api.errors import ApiError
from profiles.api.rendering import respond

api = NinjaAPI(
    title="DataCite Profiles",
    version=__version__,
    description="Claims on ORCID records, and the people they belong to. Bearer tokens; always JSON.",
    docs_url=None,
    openapi_url="/api/openapi.json",
    urls_namespace="api",
)
api.add_router("", claims.router)
api.add_router("", users.router)
api.add_router("", doi_events.router)


@api.exception_handler(ApiError)
def _refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    return errors.answer(request, error)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return errors.answer(request, errors.not_there())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    return errors.answer(request, ApiError(422, str(first.get("msg", "The request is not valid."))))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that it is our mistake, and nothing more; the log has the rest."""
    import structlog

    structlog.get_logger(__name__).error("api.broke", path=request.path, exc_info=error)
    return respond({"errors": [{"status": "500", "title": "Something broke on our side."}]}, 500)

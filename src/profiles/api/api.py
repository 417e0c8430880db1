"""The API: its paths, its errors and its description."""

from functools import cached_property
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic.json_schema import models_json_schema

from profiles import __version__
from profiles.api import confirmations, doi_events, repositories
from profiles.api.claims import batches, endpoints
from profiles.api.description import examples
from profiles.api.description.described import BODIES
from profiles.api.http import errors
from profiles.api.http.errors import ApiError
from profiles.api.http.rendering import respond
from profiles.api.people import users
from profiles.api.webhooks import endpoints as webhooks

log = structlog.get_logger(__name__)
ABOUT = """Claims on ORCID records, and the people they belong to.

Send a token as `Authorization: Bearer …`: a personal key (`dcp_pat_…`, made under Settings, API keys), a
service key (`dcp_svc_…`, from DataCite's staff), or the token in the shared cookie of DataCite's services.
Answers are always JSON. Errors are an object with `errors`, a list whose first element has a `title`.
Every claim may be asked for again at any time: there is one for each pair of ORCID iD and DOI."""


class ProfilesAPI(NinjaAPI):
    """Adds to ninja's description the shapes of the bodies that we read ourselves."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description; it is made once."""
        del path_prefix, path_params
        return self._description

    @cached_property
    def _description(self) -> OpenAPISchema:
        description = super().get_openapi_schema(path_prefix="")
        _, bodies = models_json_schema(
            [(shape, "validation") for shape in BODIES.values()],
            by_alias=True,
            ref_template="#/components/schemas/{model}",
        )
        components = description["components"]
        components["schemas"] = {**bodies["$defs"], **components["schemas"]}
        components["securitySchemes"] = {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "a personal key, a service key, or the token in the shared cookie",
            }
        }
        for verbs in description["paths"].values():
            for one in verbs.values():
                examples.show_parameters(one)
        return description


api = ProfilesAPI(
    title="DataCite Profiles",
    version=__version__,
    description=ABOUT,
    docs_url=None,
    openapi_url="/api/openapi.json",
    urls_namespace="api",
)
# Before single claims: "batches" is no id of one.
api.add_router("", batches.router)
api.add_router("", endpoints.router)
api.add_router("", users.router)
api.add_router("", doi_events.router)
api.add_router("", webhooks.router)
api.add_router("", repositories.router)
api.add_router("", confirmations.router)


@api.exception_handler(ApiError)
def _refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    return errors.error_response(request, error)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return errors.error_response(request, errors.not_found())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    return errors.error_response(request, ApiError(422, str(first.get("msg", "The request is not valid."))))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _without_database(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Re-raise for ``api_endpoint``, which answers 503 for all views."""
    raise error


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that it is our mistake, and nothing more; the log has the rest."""
    log.error("api.broke", path=request.path, exc_info=error)
    return respond({"errors": [{"status": "500", "title": "Something broke on our side."}]}, 500)

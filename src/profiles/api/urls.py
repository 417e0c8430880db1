"""Addresses of the API, with or without a trailing slash. Nothing is redirected: a POST would be lost."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_safe

from profiles.api import docs_page, orcid_changes
from profiles.api.api import api
from profiles.api.graphql.endpoint import endpoint
from profiles.api.http.endpoint import api_endpoint, not_found
from profiles.consents.record_webhooks import PATH as RECORD_WEBHOOKS

PREFIXES = ("claims", "users", "doi-events", "webhooks", "repositories", "confirmations")
"""First path segments that belong to the API alone: every answer below them is JSON."""
DESCRIPTION = "api/openapi.json"


def _patterns() -> list[URLPattern]:
    patterns, _app, _namespace = api.urls
    found = []
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            continue
        route = str(pattern.pattern).lstrip("/")
        if not route:
            continue  # The root address is the home page.
        callback = require_safe(pattern.callback) if route == DESCRIPTION else pattern.callback
        view = api_endpoint(callback, operation=f"/{route}")
        found.append(path(route, view, name=f"api-{pattern.name}"))
        if route.startswith(PREFIXES):
            found.append(path(f"{route}/", view))
    graph = api_endpoint(endpoint, operation="/profiles/graphql")
    nothing = api_endpoint(not_found, operation="nothing")
    return [
        *found,
        path(f"{RECORD_WEBHOOKS}/<str:signed>", orcid_changes.changed, name="orcid_changes"),
        path("api/docs", docs_page.show, name="api-docs"),
        path("profiles/graphql", graph, name="api-graph"),
        path("profiles/graphql/", graph),
        *(re_path(rf"^{prefix}(?:/[\s\S]*)?\Z", nothing) for prefix in PREFIXES),
    ]


urlpatterns = _patterns()

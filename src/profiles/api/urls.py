"""Addresses of the API. A last slash may be there; nothing is redirected, because POST would be lost."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_safe

from profiles.api import docs_page
from profiles.api.api import api
from profiles.api.graphql.endpoint import endpoint
from profiles.api.http.endpoint import nothing_there, through_the_door

ROOMS = ("claims", "users", "doi-events", "webhooks", "repositories")
"""First words of addresses under which there is nothing but the API, and every answer is JSON."""
DESCRIPTION = "api/openapi.json"


def _patterns() -> list[URLPattern]:
    patterns, _app, _namespace = api.urls
    found = []
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            continue
        route = str(pattern.pattern).lstrip("/")
        if not route:
            continue  # The API has no first page of its own; ours stands there.
        callback = require_safe(pattern.callback) if route == DESCRIPTION else pattern.callback
        view = through_the_door(callback, operation=f"/{route}")
        found.append(path(route, view, name=f"api-{pattern.name}"))
        if route.startswith(ROOMS):
            found.append(path(f"{route}/", view))
    graph = through_the_door(endpoint, operation="/profiles/graphql")
    nothing = through_the_door(nothing_there, operation="nothing")
    return [
        *found,
        path("api/docs", docs_page.show, name="api-docs"),
        path("profiles/graphql", graph, name="api-graph"),
        path("profiles/graphql/", graph),
        *(re_path(rf"^{room}(?:/[\s\S]*)?\Z", nothing) for room in ROOMS),
    ]


urlpatterns = _patterns()

"""Pages with a part that polls for its own updates (``web/polls.html``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra.web.htmx import is_poll
from profiles.pipeline import datacite_time_budget


def page_or_part(request: HttpRequest, context: dict[str, Any], *, page: str, part: str) -> HttpResponse:
    """Return the whole page, or only the part when it polls.

    With ``out_of_band`` set, the part brings along the other elements of the page that change with it.
    """
    if is_poll(request):
        return render(request, part, {**context, "out_of_band": True})
    return render(request, page, context)


def seconds_for_datacite(request: HttpRequest) -> float:
    """Return how long this answer may wait for DataCite.

    A person first sees the page soon, and it polls for what it lacks. Who presses a button, like "Ask now",
    has seen that it takes longer, and has no other way where scripts do not run.
    """
    if is_poll(request):
        return datacite_time_budget.BACKGROUND_SECONDS
    is_button = request.method == "POST" or "ask-now" in request.GET
    return datacite_time_budget.PAGE_SECONDS if is_button else datacite_time_budget.FIRST_VIEW_SECONDS

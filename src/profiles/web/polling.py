"""Pages with a part that polls for its own updates (``web/polls.html``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra.web.htmx import is_poll


def page_or_part(request: HttpRequest, context: dict[str, Any], *, page: str, part: str) -> HttpResponse:
    """Return the whole page, or only the part when it polls.

    With ``out_of_band`` set, the part brings along the other elements of the page that change with it.
    """
    if is_poll(request):
        return render(request, part, {**context, "out_of_band": True})
    return render(request, page, context)

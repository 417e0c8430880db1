"""Pages of which a part follows by itself: the part asks for itself again (``web/follows.html``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra.web.htmx import is_poll


def followed(request: HttpRequest, context: dict[str, Any], *, page: str, part: str) -> HttpResponse:
    """Answer with the whole page, or with the part that asks for itself.

    What else on the page has to keep up with the part is sent along when ``out_of_band`` is set.
    """
    if is_poll(request):
        return render(request, part, {**context, "out_of_band": True})
    return render(request, page, context)

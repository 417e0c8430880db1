"""The page of a person who waits for another service: it says for which, and continues automatically.

With JavaScript the page polls, and announces to screen readers what changes; without, it loads itself again.
A poll never completes anything: when there is something to complete, it lets the browser load the page.
"""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from profiles.infra.web.htmx import is_poll

SECONDS: Final = 2
LONG: Final = timedelta(seconds=8)


def waiting_page(
    request: HttpRequest,
    *,
    heading: str,
    service: str,
    again: str,
    age: timedelta = timedelta(),
    is_refused: bool = False,
) -> HttpResponse:
    """Show that we wait for a service; the same address continues, and ``again`` begins again.

    ``is_refused``: the call has not been made yet, because the service does not answer or too many people
    wait for it.
    """
    if is_refused:
        sentence = _("%(service)s does not answer at the moment. We try again every few seconds.")
    elif age > LONG:
        sentence = _("%(service)s takes longer than usual to answer. We are still waiting.")
    else:
        sentence = _("We are waiting for the answer of %(service)s.")
    context = {
        "title": _("Waiting for %(service)s") % {"service": service},
        "heading": heading,
        "sentence": f"{sentence} {_('This page continues automatically.')}" % {"service": service},
        "again": again,
        "url": request.get_full_path(),
        "seconds": SECONDS,
    }
    return render(request, "waiting_part.html" if is_poll(request) else "waiting.html", context)


def load_page() -> HttpResponse:
    """Let the page that polls load itself: what it waited for is there."""
    return HttpResponse(headers={"HX-Refresh": "true"})

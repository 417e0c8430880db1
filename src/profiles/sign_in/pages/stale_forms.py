"""Forms that were loaded before the person signed in, or signed in again, in another tab of this browser."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.csrf import csrf_failure as usual_failure

START_PATH: Final = "/users/auth/"
QUESTION_PATH: Final = "/oauth/resume/"
_FIELDS: Final = ("return_to", "fresh", "login_hint")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the page again with a token of the session as it is now; a form without any token is refused.

    Nothing is done for the form, so another site that sends one reaches no more than by a link.
    """
    if not request.POST.get("csrfmiddlewaretoken"):
        return usual_failure(request, reason)
    if request.path.startswith(START_PATH):
        query = {name: request.POST[name] for name in _FIELDS if request.POST.get(name)}
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode(query)}")
    if request.path.startswith(QUESTION_PATH):
        return HttpResponseRedirect(request.path)
    return usual_failure(request, reason)

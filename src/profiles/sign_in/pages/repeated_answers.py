"""The same answer of a provider, sent again by the same browser: it leads to the result of the first call."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from profiles.accounts import authorization_answers as answers
from profiles.accounts.authorization_answers import Answer, EarlierCall
from profiles.accounts.models import Account
from profiles.sign_in.identity_providers.flow import FINISHED_ATTEMPTS
from profiles.sign_in.session.session_store import SessionStore, stored_key


def holder_of(request: HttpRequest) -> str:
    """Identify the browser by the hash of the session cookie that it sent."""
    return stored_key(_cookie(request))


def response_to_repeat(request: HttpRequest) -> HttpResponse | None:
    """Return the response to a repeated answer; None: this call is the first.

    Only the browser that began the attempt gets more than the usual refusal: it has the cookie from before
    the sign-in, or the session that holds the attempt, and it knows the code.
    """
    answer = answers.read(request)
    earlier = answers.earlier_call(answer) if answer else None
    if answer is None or earlier is None or not _is_same_browser(request, answer, earlier):
        return None
    if earlier.is_being_exchanged:
        # The first call may replace the session at any moment, so it is neither read nor written here.
        cast("Any", request).session = SessionStore(_cookie(request))
        return render(request, "one_moment.html")
    if not earlier.outcome or not _resume_session(request, answer, earlier.outcome["session"]):
        return None
    return HttpResponseRedirect(earlier.outcome["location"])


def record(request: HttpRequest, answer: Answer, response: HttpResponse) -> None:
    """Record where this call leads. The session is saved first, because the next call reads it at once."""
    outcome: dict[str, Any] = {}
    if isinstance(response, HttpResponseRedirect):
        request.session.save()
        outcome = {"location": response.url, "session": request.session.session_key}
    answers.record_outcome(answer, outcome)


def _is_same_browser(request: HttpRequest, answer: Answer, earlier: EarlierCall) -> bool:
    return holder_of(request) == earlier.holder or answer.oauth_state in request.session.get(
        FINISHED_ATTEMPTS, ()
    )


def _resume_session(request: HttpRequest, answer: Answer, session_key: str) -> bool:
    """Give the browser the session that the first call opened; False: that session has ended."""
    if answer.oauth_state in request.session.get(FINISHED_ATTEMPTS, ()) and isinstance(request.user, Account):
        return True
    session: SessionBase = SessionStore(session_key)
    if not session.exists(session_key):
        return False
    session.modified = True
    cast("Any", request).session = session
    cast("Any", request).user = get_user(request)
    return True


def _cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")

"""The same answer of a provider, sent again by the same browser: it leads to the result of the first call."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from profiles.accounts.authorization import answers
from profiles.accounts.authorization.answers import Answer, EarlierCall
from profiles.accounts.models import Account
from profiles.sign_in.identity_providers.flow import is_finished
from profiles.sign_in.session.session_store import SessionStore, stored_key


def holder_of(request: HttpRequest) -> str:
    """Identify the browser by the hash of the session cookie that it sent."""
    return stored_key(_cookie(request))


def earlier_call(request: HttpRequest, answer: Answer | None) -> EarlierCall | None:
    """Return the first call with this answer; None: this call is the first, or another browser's.

    Only the browser that began the attempt gets more than the usual refusal: it has the cookie from before
    the sign-in, or the session that holds the attempt, and it knows the code.
    """
    earlier = answers.earlier_call(answer) if answer else None
    if answer is None or earlier is None:
        return None
    is_same_browser = holder_of(request) == earlier.holder or is_finished(request.session, answer)
    return earlier if is_same_browser else None


def redirect_to_outcome(request: HttpRequest, answer: Answer, outcome: dict[str, Any]) -> HttpResponse | None:
    """Lead where the first call led, in the session that it opened; None: there is none any more."""
    if not outcome or not _resume_session(request, answer, outcome["session"]):
        return None
    return HttpResponseRedirect(outcome["location"])


def leave_session(request: HttpRequest) -> None:
    """Neither read nor write the session any more: another call may replace it at any moment."""
    cast("Any", request).session = SessionStore(_cookie(request))


def record(request: HttpRequest, answer: Answer, response: HttpResponse) -> None:
    """Record where this call leads. The session is saved first, because the next call reads it at once."""
    outcome: dict[str, Any] = {}
    if isinstance(response, HttpResponseRedirect):
        request.session.save()
        outcome = {"location": response.url, "session": request.session.session_key}
    answers.record_outcome(answer, outcome)


def _resume_session(request: HttpRequest, answer: Answer, session_key: str) -> bool:
    """Give the browser the session that the first call opened; False: that session has ended."""
    if is_finished(request.session, answer) and isinstance(request.user, Account):
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

"""Keeps sessions within their limits, and records when and where each was last used."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.infra.web.htmx import is_poll
from profiles.sign_in.session import sessions


class SessionLimits:
    """Ends a session that was idle or open too long; its owner has to sign in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the session, answer, and clear the shared cookie of a session that ended."""
        # Most calls of machines have no session: they cost nothing here.
        has_session = bool(request.session.session_key) and isinstance(request.user, Account)
        is_over = has_session and not sessions.touch_session(request, is_poll=is_poll(request))
        if is_over:
            sessions.end_current_session(request)
        response = self.get_response(request)
        if is_over:
            signals.signed_out.send(sender=Account, request=request, response=response, account=None)
        return response

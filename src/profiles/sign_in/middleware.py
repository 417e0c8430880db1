"""Keeps sessions within their limits, and notes when and where each was last used."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.infra.htmx import is_poll
from profiles.sign_in.session import sessions


class SessionLimits:
    """Ends a session that was idle or open too long; whoever had it is asked to sign in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session, answer, and take the shared cookie back from an ended one."""
        # Most calls of machines carry no session: they cost nothing here.
        has_session = bool(request.session.session_key) and isinstance(request.user, Account)
        is_over = has_session and not sessions.note_use(request, by_itself=is_poll(request))
        if is_over:
            sessions.end_this(request)
        response = self.get_response(request)
        if is_over:
            signals.signed_out.send(sender=Account, request=request, response=response, account=None)
        return response

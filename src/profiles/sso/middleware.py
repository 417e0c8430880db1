"""Keeps the shared cookie in step with the session."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from profiles.accounts.models import Account
from profiles.sso import shared_cookie


class SharedCookie:
    """Writes the cookie for whoever is signed in and lacks a fresh one; sign-out clears it by signal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then look at the cookie."""
        response = self.get_response(request)
        if not settings.ENVIRONMENT.PROFILES_SHARED_COOKIE or shared_cookie.NAME in response.cookies:
            return response
        if isinstance(getattr(request, "user", None), Account) and shared_cookie.needs_writing(request):
            account = request.user
            assert isinstance(account, Account)
            shared_cookie.write(request, response, account)
        return response

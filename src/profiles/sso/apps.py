"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest, HttpResponse


class SsoConfig(AppConfig):
    """Signing people in to DataCite's services."""

    name = "profiles.sso"
    label = "sso"

    def ready(self) -> None:
        """Listen for people who sign out or change what the cookie says."""
        from profiles.accounts import bearer, signals

        signals.signed_out.connect(_signed_out, dispatch_uid="sso.shared_cookie")
        signals.changed.connect(_changed, dispatch_uid="sso.shared_cookie")
        bearer.accept(_access_token)


def _signed_out(*, response: HttpResponse, **_rest: Any) -> None:
    from profiles.sso import shared_cookie

    shared_cookie.clear(response)


def _changed(*, request: HttpRequest, response: HttpResponse, account: Any, **_rest: Any) -> None:
    from profiles.sso import shared_cookie

    shared_cookie.write(request, response, account)


def _access_token(token: str) -> Any:
    from profiles.sso import access

    return access.caller_behind(token)

"""Choose the language of each page: a link, this browser's earlier choice, then the browser's own wishes."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from profiles.accounts import services
from profiles.accounts.models import Account
from profiles.infra.web.languages import choose_language, known_language

COOKIE_SECONDS: Final = 365 * 24 * 3600


class Languages(LocaleMiddleware):
    """Django's choice, and links (``?lang=de``) before it. Staff pages are in English.

    A choice goes into a cookie, and into the account of the person who made it on one of our pages.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        if request.path_info.startswith("/staff"):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        elif "lang=" in request.META["QUERY_STRING"] and (
            code := known_language([request.GET.get("lang", "")])
        ):
            choose_language(request, code)
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Store a choice, and tell caches what the page depends on."""
        patch_vary_headers(response, ("Cookie",))
        code = getattr(request, "chosen_language", "")
        if code:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                code,
                max_age=COOKIE_SECONDS,
                httponly=True,  # no script of ours reads it
                samesite="Lax",
                secure=settings.SECURE,
            )
            _store_in_account(request, code)
        return super().process_response(request, response)


def _store_in_account(request: HttpRequest, code: str) -> None:
    # Another site may lead to us in a language; the person's mails stay in the language they chose.
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return
    account = getattr(request, "user", None)
    if isinstance(account, Account) and account.language != code:
        services.change_own(account_id=account.pk, fields={"language": code})

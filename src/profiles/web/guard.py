"""Restrict pages to people who are signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from profiles.accounts.models import Account


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the account to the view; send people who are not signed in to sign in and back."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if not isinstance(request.user, Account):
            if "HX-Request" in request.headers:
                # Only a part was requested: reload the whole page, which leads to the sign-in.
                return HttpResponse(status=204, headers={"HX-Refresh": "true"})
            messages.info(request, _("Please sign in first."))
            back = request.get_full_path() if request.method == "GET" else "/"
            return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={quote(back)}")
        return view(request, request.user, *args, **keywords)

    return guarded

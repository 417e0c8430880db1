"""How often one address may try to sign in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TRIES: Final = 60
SECONDS: Final = 300

View = Callable[..., HttpResponse]


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; a forwarded one counts only behind proxies of ours."""
    proxies = settings.ENVIRONMENT.PROFILES_TRUSTED_PROXIES
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def limited(view: View) -> View:
    """Let one address try so often in five minutes, and say so in words after that."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        key = f"sign_in:tries:{address_of(request)}"
        cache.add(key, 0, SECONDS)
        try:
            tries = cache.incr(key)
        except ValueError:
            tries = 1
        most = TRIES * (100 if settings.ENVIRONMENT.is_local else 1)
        if tries > most:
            return render(request, "sign_in/stopped.html", {"kind": "limited"}, status=429)
        return view(request, *args, **keywords)

    return checked

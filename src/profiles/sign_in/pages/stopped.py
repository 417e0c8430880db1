"""The page of a sign-in that stopped."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.accounts.authorization.asking_services import asking_service
from profiles.sign_in.identity_providers.flow import PENDING, load_pending, return_url_of_attempt
from profiles.sign_in.identity_providers.providers import linking_permissions


def stopped(request: HttpRequest, kind: str, *, status: int = 400) -> HttpResponse:
    """Show why the sign-in stopped, and how to continue."""
    return_to = return_url_of_attempt(request)
    return render(
        request,
        "sign_in/stopped.html",
        {
            "kind": kind,
            "orcid_url": settings.ENVIRONMENT.ORCID_URL,
            "return_to": return_to,
            "service": asking_service(return_to),
            "may_link": load_pending(request.session, PENDING) is not None,
            "linking_permissions": linking_permissions(),
        },
        status=status,
    )

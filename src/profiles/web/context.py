"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from profiles.accounts.models import Account
from profiles.consents.selectors import lost_consents_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Name the service and the places it links to."""
    env = settings.ENVIRONMENT
    return {
        "site_title": env.SITE_TITLE,
        "orcid_url": env.ORCID_URL,
        "commons_url": env.COMMONS_URL,
        "fabrica_url": env.BRACCO_URL,
        "contact": env.PROFILES_CONTACT,
        "mode": env.PROFILES_MODE,
        "lost_permissions": SimpleLazyObject(lambda: _lost(request)),
    }


def _lost(request: HttpRequest) -> list[Any]:
    """Find what a banner on every page must tell of."""
    person = getattr(request, "user", None)
    return lost_consents_of(person.orcid_id) if isinstance(person, Account) else []

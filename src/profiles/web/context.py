"""Context variables of every template."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from profiles.accounts.authorization.sign_out import globus_sign_out
from profiles.accounts.models import Account
from profiles.consents.selectors import lost_consents_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the service and the addresses it links to."""
    env = settings.ENVIRONMENT
    return {
        "site_title": env.SITE_TITLE,
        "orcid_url": env.ORCID_URL,
        "globus_sign_out": globus_sign_out("/signed_out"),
        "commons_url": env.COMMONS_URL,
        "fabrica_url": env.BRACCO_URL,
        "contact": env.PROFILES_CONTACT,
        "mode": env.PROFILES_MODE,
        "lost_permissions": SimpleLazyObject(lambda: _lost(request)),
    }


def _lost(request: HttpRequest) -> list[Any]:
    """Return the lost permissions, which a banner on every page shows."""
    person = getattr(request, "user", None)
    return lost_consents_of(person.orcid_id) if isinstance(person, Account) else []

"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, Any]:
    """Name the service and the places it links to."""
    env = settings.ENVIRONMENT
    return {
        "site_title": env.SITE_TITLE,
        "orcid_url": env.ORCID_URL,
        "commons_url": env.COMMONS_URL,
        "fabrica_url": env.BRACCO_URL,
        "contact": env.PROFILES_CONTACT,
        "mode": env.PROFILES_MODE,
    }

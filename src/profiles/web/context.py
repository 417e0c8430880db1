"""Context variables of every template."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from profiles.accounts.authorization.sign_out import globus_sign_out
from profiles.accounts.models import Account
from profiles.consents.selectors import consents_of
from profiles.pipeline.permissions.lost_permissions import lost_permissions
from profiles.pipeline.works.needs import works_that_need
from profiles.web.status_line import status_line


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the service, the addresses it links to, and the person's permissions."""
    env = settings.ENVIRONMENT
    person = getattr(request, "user", None)

    @cache
    def held() -> dict[Any, Any]:
        return consents_of(person.orcid_id) if isinstance(person, Account) else {}

    return {
        "site_title": env.SITE_TITLE,
        "orcid_url": env.ORCID_URL,
        "globus_sign_out": globus_sign_out("/signed_out"),
        "commons_url": env.COMMONS_URL,
        "fabrica_url": env.BRACCO_URL,
        "contact": env.PROFILES_CONTACT,
        "mode": env.PROFILES_MODE,
        # One query for both, on pages that show one of them; views that have read the permissions pass both.
        "lost_permissions": SimpleLazyObject(lambda: lost_permissions(held())),
        "auto_update": SimpleLazyObject(lambda: _status(person, held())),
        "works_needing": lambda: works_that_need(person.orcid_id) if isinstance(person, Account) else 0,
    }


def _status(person: Any, held: dict[Any, Any]) -> Any:
    return status_line(person, held) if isinstance(person, Account) else None

"""Which of DataCite's clients at ORCID serves which purpose, and where ORCID sends people back to."""

from django.conf import settings

from profiles.domain.consent import Purpose
from profiles.infra import wiring


def callback_address(purpose: Purpose) -> str:
    """Return the address that is registered at ORCID for the answers of a permission page."""
    env = settings.ENVIRONMENT
    configured = {
        Purpose.SEARCH_AND_LINK: env.ORCID_SEARCH_AND_LINK_REDIRECT_URI,
        Purpose.AUTO_UPDATE: env.ORCID_AUTO_UPDATE_REDIRECT_URI,
    }[purpose]
    return configured or f"{env.PROFILES_URL}/orcid/{purpose.value}/callback"


def purposes_sharing_client(purpose: Purpose) -> list[Purpose]:
    """List the purposes that use the same ORCID client as this one: ORCID keeps one permission for them."""
    client_id = wiring.orcid_client(purpose).client_id
    return [other for other in Purpose if wiring.orcid_client(other).client_id == client_id]

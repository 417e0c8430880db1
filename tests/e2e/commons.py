"""Commons beside our service: both under one host name, so that browsers share the cookie."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.serving import Stands


def with_commons(base: str, stands: Stands, settings: Any) -> str:
    """Let our pages and the stand-ins of Commons and Fabrica lead to each other; return Commons' address."""
    stands.commons.order("profiles", {"url": base})
    commons = f"http://{urlsplit(base).hostname}:{urlsplit(stands.commons.url).port}"
    places = {"COMMONS_URL": commons, "BRACCO_URL": stands.fabrica.url}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=places)
    return commons

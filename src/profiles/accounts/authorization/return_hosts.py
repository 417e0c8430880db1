"""The hosts that people may be sent back to."""

from urllib.parse import urlsplit

from django.conf import settings


def return_hosts() -> list[str]:
    """Return the hosts of the deployment's list, and those of Commons and Fabrica as they are configured."""
    env = settings.ENVIRONMENT
    return [*env.PROFILES_RETURN_HOSTS, urlsplit(env.COMMONS_URL).netloc, urlsplit(env.BRACCO_URL).netloc]

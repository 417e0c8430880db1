"""Where people sign out at their identity provider too."""

from urllib.parse import urlencode

from django.conf import settings


def globus_sign_out(back: str) -> str:
    """Return Globus's own address for signing out; its page has a link to our page ``back``."""
    env = settings.ENVIRONMENT
    query = {"redirect_uri": f"{env.PROFILES_URL}{back}", "redirect_name": env.SITE_TITLE}
    return f"{env.GLOBUS_URL}/v2/web/logout?{urlencode(query)}"

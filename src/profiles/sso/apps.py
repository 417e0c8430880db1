"""Django's entry for this package."""

from django.apps import AppConfig


class SsoConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sso"
    label = "sso"

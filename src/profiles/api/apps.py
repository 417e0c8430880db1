"""Django's entry for this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.api"
    label = "api"

"""Django's entry for this package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.web"
    label = "web"

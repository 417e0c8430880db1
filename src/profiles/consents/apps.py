"""Django's entry for this package."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.consents"
    label = "consents"

"""Django's entry for this package."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.infra"
    label = "infra"

"""Django's entry for this package."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.ops"
    label = "ops"

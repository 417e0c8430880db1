"""Django's entry for this package."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.intake"
    label = "intake"

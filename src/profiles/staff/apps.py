"""Django's entry for this package."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.staff"
    label = "staff"

"""Django's entry for this package."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.jobs"
    label = "jobs"

"""Django's entry for this package."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.claims"
    label = "claims"

"""Django's entry for this package."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.accounts"
    label = "accounts"

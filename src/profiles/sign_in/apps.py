"""Django's entry for this package."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sign_in"
    label = "sign_in"

"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Listen for accounts that are closed."""
        from profiles.accounts import signals

        signals.closed.connect(_closed, dispatch_uid="sign_in.sessions")


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.sign_in import sessions

    sessions.end_all_of(account)

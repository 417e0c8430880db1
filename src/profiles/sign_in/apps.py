"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Listen for accounts that are closed, and for the hour."""
        from profiles.accounts import signals

        signals.closed.connect(_closed, dispatch_uid="sign_in.sessions")
        signals.tidy_up.connect(_tidy_up, dispatch_uid="sign_in.sessions")


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.sign_in import sessions

    sessions.end_all_of(account)


def _tidy_up(**_rest: Any) -> None:
    from profiles.sign_in import sessions

    sessions.end_overdue()
    sessions.forget_expired()

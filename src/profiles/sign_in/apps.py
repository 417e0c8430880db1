"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Listen for closed accounts and for the hour; say which ways lead in, and what is sealed."""
        from profiles.accounts import signals
        from profiles.infra.resealing import SealedElsewhere, register
        from profiles.sign_in import second_factor

        signals.closed.connect(_closed, dispatch_uid="sign_in.sessions")
        signals.leaves.connect(_leaves, dispatch_uid="sign_in.sessions")
        register(SealedElsewhere("second factors", second_factor.count_stale, second_factor.reseal))
        signals.tidy_up.connect(_tidy_up, dispatch_uid="sign_in.sessions")
        signals.overview_wanted.connect(_overview, dispatch_uid="sign_in.ways_in")
        signals.everything_wanted.connect(_everything, dispatch_uid="sign_in.ways_in")


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.sign_in import second_factor, sessions

    sessions.end_all_of(account)
    second_factor.forget_all(account)


def _tidy_up(**_rest: Any) -> None:
    from profiles.sign_in import sessions

    sessions.end_overdue()
    sessions.forget_expired()


def _overview(**what: Any) -> dict[str, Any]:
    from profiles.sign_in import telling

    return telling.overview(**what)


def _everything(**what: Any) -> dict[str, Any]:
    from profiles.sign_in import telling

    return telling.everything(**what)


def _leaves(*, request: Any, **_rest: Any) -> None:
    from profiles.sign_in import sessions

    sessions.end_this(request)

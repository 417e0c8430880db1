"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Connect the signals of accounts, and register what is sealed here."""
        from profiles.accounts import signals
        from profiles.accounts.authorization import linking_answers
        from profiles.accounts.staff_access import sign_in_help
        from profiles.infra.resealing import SealedElsewhere, register
        from profiles.sign_in import second_factor, staff_help

        sign_in_help.register(staff_help.HELP)
        linking_answers.register(_linking_answer)
        signals.closed.connect(_closed, dispatch_uid="sign_in.sessions")
        signals.leaves.connect(_leaves, dispatch_uid="sign_in.sessions")
        register(SealedElsewhere("second factors", second_factor.count_stale, second_factor.reseal))
        signals.orcid_id_moved.connect(_moved, dispatch_uid="sign_in.ways_in")
        signals.accounts_joined.connect(_joined, dispatch_uid="sign_in.ways_in")
        signals.tidy_up.connect(_tidy_up, dispatch_uid="sign_in.sessions")
        signals.settings_parts_requested.connect(_overview, dispatch_uid="sign_in.ways_in")
        signals.data_export_requested.connect(_everything, dispatch_uid="sign_in.ways_in")
        signals.person_events_requested.connect(_events, dispatch_uid="sign_in.ways_in")


def _linking_answer(request: Any) -> Any:
    from profiles.sign_in.pages import authorization

    return authorization.handle_linking_answer(request)


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.sign_in import second_factor
    from profiles.sign_in.accounts import identities
    from profiles.sign_in.session import sessions

    sessions.end_all_sessions(account)
    second_factor.delete_all(account)
    identities.delete_identities(account)


def _moved(*, old_orcid_id: str, **_rest: Any) -> None:
    from profiles.sign_in.accounts import identities

    identities.delete_orcid_identity(old_orcid_id)


def _joined(*, kept: Any, gone: Any, **_rest: Any) -> None:
    from profiles.sign_in import second_factor
    from profiles.sign_in.accounts import identities
    from profiles.sign_in.session import sessions

    sessions.end_all_sessions(gone)
    second_factor.reassign(kept=kept, gone=gone)
    identities.reassign(kept=kept, gone=gone)


def _tidy_up(**_rest: Any) -> None:
    from profiles.sign_in.session import sessions

    sessions.end_overdue()
    sessions.forget_expired()


def _overview(**what: Any) -> dict[str, Any]:
    from profiles.sign_in import data_export

    return data_export.overview(**what)


def _everything(**what: Any) -> dict[str, Any]:
    from profiles.sign_in import data_export

    return data_export.everything(**what)


def _events(**what: Any) -> list[Any]:
    from profiles.sign_in import events

    return events.person_events(**what)


def _leaves(*, request: Any, **_rest: Any) -> None:
    from profiles.sign_in.session import sessions

    sessions.end_current_session(request)

"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.confirmations"
    label = "confirmations"

    def ready(self) -> None:
        """Connect the signals of accounts."""
        from profiles.accounts import signals

        signals.closed.connect(_closed, dispatch_uid="confirmations")
        signals.orcid_id_moved.connect(_moved, dispatch_uid="confirmations")
        signals.data_export_requested.connect(_everything, dispatch_uid="confirmations")


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.confirmations import services

    services.forget_person(orcid_id=account.orcid_id)


def _moved(*, old_orcid_id: str, new_orcid_id: str, **_rest: Any) -> None:
    from profiles.confirmations import services

    services.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)


def _everything(*, account: Any, **_rest: Any) -> dict[str, Any]:
    from profiles.confirmations import selectors

    return selectors.everything_of(account.orcid_id)

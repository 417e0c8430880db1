"""Django's configuration of this package."""

from typing import Any

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configure the package in Django."""

    name = "profiles.intake"
    label = "intake"

    def ready(self) -> None:
        """Listen for merged iDs."""
        from profiles.accounts.signals import orcid_id_moved

        orcid_id_moved.connect(_moved, dispatch_uid="intake")


def _moved(*, old_orcid_id: str, new_orcid_id: str, **_rest: Any) -> None:
    from profiles.intake import services

    services.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)

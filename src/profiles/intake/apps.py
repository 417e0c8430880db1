"""Django's configuration of this package."""

from typing import Any

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configure the package in Django."""

    name = "profiles.intake"
    label = "intake"

    def ready(self) -> None:
        """Listen for merged iDs, and list the mergers that ORCID reported."""
        from profiles.accounts.signals import merged_ids_requested, orcid_id_moved

        orcid_id_moved.connect(_moved, dispatch_uid="intake")
        merged_ids_requested.connect(_merged_into, dispatch_uid="intake")


def _moved(*, old_orcid_id: str, new_orcid_id: str, **_rest: Any) -> None:
    from profiles.intake import services

    services.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)


def _merged_into(*, kept: str, **_rest: Any) -> list[str]:
    from profiles.intake import comparison

    return comparison.merged_into(kept)

"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.claims"
    label = "claims"

    def ready(self) -> None:
        """Handle signals about merged iDs, and list the mergers that ORCID reported."""
        from profiles.accounts import signals

        signals.orcid_id_moved.connect(_moved, dispatch_uid="claims")
        signals.merged_ids_requested.connect(_merged_into, dispatch_uid="claims")


def _moved(*, old_orcid_id: str, new_orcid_id: str, **_rest: Any) -> None:
    from profiles.claims import services

    services.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)


def _merged_into(*, kept: str, **_rest: Any) -> list[str]:
    from profiles.claims import selectors

    return selectors.merged_into(kept)

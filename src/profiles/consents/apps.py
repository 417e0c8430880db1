"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.consents"
    label = "consents"

    def ready(self) -> None:
        """Register what is sealed here, and connect the signal of merged iDs."""
        from profiles.accounts.signals import orcid_id_moved
        from profiles.consents import sealing
        from profiles.consents.models import Consent, Departure, Revocation
        from profiles.infra.resealing import SealedColumns, register

        tokens = ("access_token", "refresh_token")
        register(SealedColumns("permissions", Consent, tokens, sealing.purpose_of))
        register(SealedColumns("revocations", Revocation, ("token",), sealing.purpose_of))
        register(SealedColumns("departures", Departure, ("sealed",), sealing.purpose_of_departure))
        orcid_id_moved.connect(_moved, dispatch_uid="consents")


def _moved(*, old_orcid_id: str, new_orcid_id: str, **_rest: Any) -> None:
    from profiles.consents import services

    services.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)

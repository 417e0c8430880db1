"""Django's entry for this package."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.consents"
    label = "consents"

    def ready(self) -> None:
        """Say what is sealed here."""
        from profiles.consents import sealing
        from profiles.consents.models import Consent, Departure, Revocation
        from profiles.infra.resealing import SealedColumns, register

        tokens = ("access_token", "refresh_token")
        register(SealedColumns("permissions", Consent, tokens, sealing.purpose_of))
        register(SealedColumns("revocations", Revocation, ("token",), sealing.purpose_of))
        register(SealedColumns("departures", Departure, ("sealed",), sealing.purpose_of_departure))

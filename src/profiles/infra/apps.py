"""Django's entry for this package."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.infra"
    label = "infra"

    def ready(self) -> None:
        """Say what is sealed here."""
        from profiles.infra import letters, resealing
        from profiles.infra.models import Letter

        resealing.register(resealing.SealedColumns("letters", Letter, ("sealed",), letters.purpose_of))

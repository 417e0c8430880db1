"""Django's entry for this package."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.infra"
    label = "infra"

    def ready(self) -> None:
        """Register the sealed columns of this package."""
        from profiles.infra import resealing
        from profiles.infra.mail import outbox
        from profiles.infra.models import OutgoingMail

        resealing.register(resealing.SealedColumns("mails", OutgoingMail, ("sealed",), outbox.purpose_of))

"""Django's entry for this package."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.infra"
    label = "infra"

    def ready(self) -> None:
        """Say what is sealed here."""
        from profiles.infra import mail_outbox, resealing
        from profiles.infra.models import OutgoingMail

        resealing.register(
            resealing.SealedColumns("mails", OutgoingMail, ("sealed",), mail_outbox.purpose_of)
        )

"""Django's entry for this package."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Who is told of what happened to claims, and every message to them."""

    name = "profiles.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Say what is sealed here."""
        from profiles.infra.resealing import SealedColumns, register
        from profiles.webhooks.models import Webhook
        from profiles.webhooks.services import purpose_of

        register(SealedColumns("webhook secrets", Webhook, ("secret", "old_secret"), purpose_of))

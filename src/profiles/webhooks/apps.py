"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks and their deliveries."""

    name = "profiles.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Register what is sealed here, and connect the signals of accounts."""
        from profiles.accounts import signals
        from profiles.infra.resealing import SealedColumns, register
        from profiles.webhooks.models import Webhook
        from profiles.webhooks.services import purpose_of

        signals.closed.connect(_closed, dispatch_uid="webhooks.messages")
        signals.data_export_requested.connect(_everything, dispatch_uid="webhooks.messages")
        register(SealedColumns("webhook secrets", Webhook, ("secret", "old_secret"), purpose_of))


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.webhooks.services import forget_person

    forget_person(orcid_id=account.orcid_id)


def _everything(*, account: Any, **_rest: Any) -> dict[str, Any]:
    from profiles.webhooks.selectors import messages_about

    return {"messages_to_services": messages_about(account.orcid_id)}

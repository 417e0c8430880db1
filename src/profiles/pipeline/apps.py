"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        """Connect the signals of accounts and of mails that do not arrive."""
        from profiles.accounts import signals
        from profiles.infra.mail.outbox import mail_failed

        mail_failed.connect(_mail_failed, dispatch_uid="pipeline.mail_failed")
        signals.linked_with_permission.connect(_keep_up_to_date, dispatch_uid="pipeline.linked")


def _mail_failed(*, row: Any, **_rest: Any) -> None:
    from profiles.pipeline.permissions import lost_notice

    lost_notice.notify_without_mail(row)


def _keep_up_to_date(*, account: Any, token: Any, **_rest: Any) -> None:
    from profiles.domain.consent import Purpose
    from profiles.pipeline.permissions import auto_update

    auto_update.grant_and_switch_on(account=account, purpose=Purpose.AUTO_UPDATE, token=token, is_chosen=True)

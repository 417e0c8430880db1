"""Django's entry for this package."""

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "profiles.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the signal of mails that do not arrive."""
        from profiles.infra.mail.outbox import mail_failed

        mail_failed.connect(_mail_failed, dispatch_uid="accounts.mail_failed")


def _mail_failed(*, row: Any, refused_address: str, **_more: Any) -> None:
    from profiles.accounts import email
    from profiles.accounts.managers import monthly_mail

    if refused_address:
        monthly_mail.record_refusal(address=refused_address)
        if row.account_id is not None:
            email.record_refusal(account_id=row.account_id, address=refused_address)

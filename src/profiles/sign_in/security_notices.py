"""Mail to the owner of an account about each new way to sign in and each new or ended second factor."""

from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.accounts.models import Account
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.sign_in.identity_providers.providers import providers

ABOUT: Final = "account-security"
_NEW_WAY_IN: Final = gettext_lazy("A new way to sign in to your account")
_NEW_FACTOR: Final = gettext_lazy("A second step was added to your account")
_ENDED_FACTOR: Final = gettext_lazy("A second step was removed from your account")
_NEW_CODES: Final = gettext_lazy("New recovery codes for your account")


def send_new_way_in(account: Account, *, provider: str, label: str) -> None:
    """Report a new way to sign in; call it in the transaction that links the identity."""
    configured = providers().get(provider)
    _post(account, subject=_NEW_WAY_IN, what=f"{configured.label if configured else provider}: {label}")


def send_new_factor(account: Account, *, name: str) -> None:
    """Report a new second factor."""
    _post(account, subject=_NEW_FACTOR, what=name)


def send_ended_factor(account: Account, *, name: str) -> None:
    """Report a second factor that was removed."""
    _post(account, subject=_ENDED_FACTOR, what=name)


def send_new_codes(account: Account) -> None:
    """Report new recovery codes: the old ones stopped working."""
    _post(account, subject=_NEW_CODES, what="")


def _post(account: Account, *, subject: object, what: str) -> None:
    """Write the mail, where the account has a confirmed address and this installation sends mail."""
    if not (account.email and account.email_verified_at and outbox.can_be_sent()):
        return
    with translation.override(account.language or settings.LANGUAGE_CODE):
        words = _(
            "Dear %(name)s,\n\n"
            "%(subject)s (ORCID iD %(orcid_id)s).\n"
            "%(what)s\n\n"
            "If that was you, there is nothing to do.\n\n"
            "If it was not you, please sign in, sign out all sessions, remove what you do not know, and "
            "write to us:\n\n"
            "%(address)s\n\n"
            "%(site)s"
        ) % {
            "name": account.display_name,
            "subject": subject,
            "orcid_id": account.orcid_id,
            "what": what,
            "address": f"{settings.ENVIRONMENT.PROFILES_URL}/settings/me",
            "site": settings.ENVIRONMENT.SITE_TITLE,
        }
        # A mail about codes names nothing more, and leaves no empty line.
        words = words.replace("\n\n\n", "\n\n")
        mail = Mail(account.email, str(subject), words, button=_("Check how I sign in"))
        outbox.post(mail, about=ABOUT, account_id=account.pk)

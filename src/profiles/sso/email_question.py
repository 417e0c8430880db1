"""Ask a person once for the e-mail address that a service wants to know. They may go on without one."""

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.accounts import email, session_facts
from profiles.accounts.models import Account
from profiles.infra.mail import outbox
from profiles.sso.models import PendingRequest

SENT: Final = "sent"
WITHOUT: Final = "without"
FIELD: Final = "email_answer"


def is_due(account: Account, scope: str, row: PendingRequest | None) -> bool:
    """Tell whether the person must be asked, or waits for their link, before they go on."""
    if "email" not in scope.split() or email.has_confirmed(account):
        return False
    if row is not None and row.email_answer:
        return row.email_answer == SENT
    return account.email_asked_at is None and outbox.can_be_sent()


def page(request: HttpRequest, account: Account, row: PendingRequest, *, error: str = "") -> HttpResponse:
    """Ask for the address, filled in with the one that the provider named; or say that the link is sent."""
    context: dict[str, Any] = {
        "party": row.party,
        "address": request.POST.get("email") or session_facts.provider_email_of(request.session),
        "sent_to": email.waiting_for_proof(account) if row.email_answer == SENT else "",
        "refused_email": email.refused_address(account),
        "error": error,
    }
    return render(request, "sso/email_question.html", context)


def take_answer(request: HttpRequest, account: Account, row: PendingRequest, key: str) -> HttpResponse | None:
    """Store the answer and send the link; return the page again if there is something to correct."""
    answer = WITHOUT if request.POST.get(FIELD) == WITHOUT else SENT
    if answer == SENT and (error := _send_link(account, request.POST.get("email", ""), key)):
        return page(request, account, row, error=error)
    email.record_question(account)
    row.email_answer = answer
    row.save(update_fields=["email_answer"])
    return None


def _send_link(account: Account, address: str, key: str) -> str:
    """Send the link, which leads back to the service; return what is wrong, if anything is."""
    try:
        validate_email(address)
        email.ask_for_proof(account_id=account.pk, email=address, link_of=lambda secret: _link(secret, key))
    except ValidationError:
        return _("%(address)s is not an e-mail address.") % {"address": address or _("An empty field")}
    except email.TooManyMailsError:
        return _("Too many mails were sent. Please go on without, or try again in an hour.")
    return ""


def _link(secret: str, key: str) -> str:
    back = reverse("resume_sign_in", args=[key])
    return f"{settings.ENVIRONMENT.PROFILES_URL}{reverse('confirm_email', args=[secret])}?return_to={back}"

"""Set, confirm and remove the e-mail address; choose mails, and stop them."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from profiles.accounts import chosen_mails, email
from profiles.accounts.chosen_mails import ChosenMail
from profiles.accounts.models import Account
from profiles.domain.access.return_to import safe_return
from profiles.infra.mail import outbox
from profiles.web.forms import ChosenMailsForm, EmailForm
from profiles.web.guard import signed_in
from profiles.web.views.account.settings import changed


def _link_of(secret: str) -> str:
    return f"{settings.ENVIRONMENT.PROFILES_URL}{reverse('confirm_email', args=[secret])}"


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, account: Account) -> HttpResponse:
    """Take an address, and send a confirmation link to it."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and outbox.can_be_sent() and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            email.ask_for_proof(account_id=account.pk, email=address, link_of=_link_of)
        except email.TooManyMailsError:
            form.add_error("email", _("Too many letters were asked for. Please try again in an hour."))
        else:
            messages.success(
                request,
                _(
                    "We sent a link to %(address)s. Follow it within a day; "
                    "until then we do not use the address."
                )
                % {"address": address},
            )
            return redirect("settings")
    context = {
        "form": form,
        "account": account,
        "refused_email": email.refused_address(account),
        "can_send": outbox.can_be_sent(),
        "mails": ChosenMailsForm(initial={"mails": [mail.value for mail in chosen_mails.chosen(account)]}),
    }
    return render(request, "email.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest, account: Account, secret: str) -> HttpResponse:
    """Confirm the address of a link after a click, because mail scanners follow links too.

    A person who was on the way to a service (``return_to``) goes on there.
    """
    if request.method == "GET":
        return render(request, "email_confirm.html")
    confirmed = email.confirm(account_id=account.pk, secret=secret)
    if confirmed is None:
        return render(request, "email_confirm.html", {"failed": True}, status=400)
    messages.success(request, _("Thank you, your e-mail address is confirmed."))
    response = changed(request, confirmed)
    return_to = request.GET.get("return_to", "")
    if return_to.startswith("/") and safe_return(return_to, hosts=(), own=settings.ENVIRONMENT.PROFILES_URL):
        response["Location"] = return_to
    return response


@require_POST
@signed_in
def remove(request: HttpRequest, account: Account) -> HttpResponse:
    """Remove the address."""
    account = email.remove(account_id=account.pk)
    messages.success(request, _("Your e-mail address is removed."))
    return changed(request, account)


@require_POST
@signed_in
def choose_mails(request: HttpRequest, account: Account) -> HttpResponse:
    """Store which mails the person wants."""
    form = ChosenMailsForm(request.POST)
    if form.is_valid():
        wanted = [ChosenMail(mail) for mail in form.cleaned_data["mails"]]
        chosen_mails.choose(account_id=account.pk, mails=wanted)
        messages.success(request, _("Saved."))
    return redirect("email")


@csrf_exempt  # the token is the proof: mailboxes post here for their owners, without a session (RFC 8058)
@require_http_methods(["GET", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a mail that a person asked for, by a click: mail scanners follow links too. No one signs in."""
    found = chosen_mails.mail_to_stop(token)
    if found is None:
        return render(request, "stop_mail.html", {"failed": True}, status=400)
    if request.method == "POST":
        account_id, mail = found
        chosen_mails.stop(account_id=account_id, mail=mail)
    return render(request, "stop_mail.html", {"stopped": request.method == "POST"})

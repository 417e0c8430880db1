"""Ask for the monthly mail about a repository, confirm an address, and stop the mail."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from profiles.accounts.managers import monthly_mail
from profiles.infra.mail import outbox
from profiles.web.forms import EmailForm
from profiles.web.views.repositories.access import for_managers


@require_POST
@for_managers
def ask(request: HttpRequest, repository: str) -> HttpResponse:
    """Send a link to the address that is to get the mail."""
    form: forms.Form = EmailForm(request.POST)
    if not outbox.can_be_sent() or not form.is_valid():
        messages.error(request, _("This is no e-mail address. Nothing was changed."))
        return redirect("repository_page", repository)
    address = form.cleaned_data["email"]
    try:
        monthly_mail.ask(repository=repository, email=address, language=get_language() or "")
    except monthly_mail.TooManyMailsError:
        messages.error(request, _("Too many letters were asked for. Please try again in an hour."))
    else:
        words = _(
            "We sent a link to %(address)s. Follow it within a day; until then we do not use the address."
        )
        messages.success(request, words % {"address": address})
    return redirect("repository_page", repository)


@require_POST
@for_managers
def remove(request: HttpRequest, repository: str, number: int) -> HttpResponse:
    """Stop the mail to one address of the repository."""
    monthly_mail.remove(number=number, repository=repository)
    messages.success(request, _("No more mails go to this address."))
    return redirect("repository_page", repository)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address after a click, because mail scanners follow links too. No one signs in."""
    row = monthly_mail.asked_with(token)
    if row is None:
        return render(request, "repositories/mail.html", {"kind": "failed"}, status=400)
    if request.method == "POST":
        monthly_mail.confirm(row)
    kind = "confirmed" if request.method == "POST" else "confirm"
    return render(request, "repositories/mail.html", {"kind": kind, "repository": row.repository})


@csrf_exempt  # the token is the proof: mailboxes post here for their owners, without a session (RFC 8058)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail after a click. No one signs in."""
    number = monthly_mail.number_to_stop(token)
    if number is None:
        return render(request, "repositories/mail.html", {"kind": "failed"}, status=400)
    if request.method == "POST":
        monthly_mail.remove(number=number)
    kind = "stopped" if request.method == "POST" else "stop"
    return render(request, "repositories/mail.html", {"kind": kind})

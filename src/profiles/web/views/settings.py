"""Settings: who I am here, what DataCite may do for me, and how my claims stand."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import services, signals
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.consents import selectors as consents
from profiles.domain.consent import Purpose
from profiles.web.forms import ProfileForm, SwitchForm
from profiles.web.guard import signed_in
from profiles.web.wording import PURPOSES, health_sentence


@require_GET
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the whole of it."""
    held = consents.consents_of(account.orcid_id)
    permissions = [
        {
            "purpose": purpose.value,
            "words": PURPOSES[purpose],
            "consent": held.get(purpose),
            "usable": consents.is_usable(held.get(purpose)),
            "health": health_sentence(held.get(purpose)),
        }
        for purpose in Purpose
    ]
    return render(
        request,
        "settings.html",
        {
            "account": account,
            "permissions": permissions,
            "revocations": consents.revocations_of(account.orcid_id),
            "counts": claims.counts_of(account.orcid_id),
            "last_claim": claims.last_claim_of(account.orcid_id),
            "switches": SwitchForm(
                initial={"is_public": account.is_public, "auto_update": account.auto_update}
            ),
            "commons_page": f"{settings.ENVIRONMENT.COMMONS_URL}/orcid.org/{account.orcid_id}",
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def update(request: HttpRequest, account: Account) -> HttpResponse:
    """The Update dialog's two switches; the same as a page where there is no JavaScript."""
    if request.method == "GET":
        form = SwitchForm(initial={"is_public": account.is_public, "auto_update": account.auto_update})
        return render(request, "settings_update.html", {"switches": form})
    form = SwitchForm(request.POST)
    form.is_valid()
    services.change_own(account_id=account.pk, fields={"is_public": form.cleaned_data["is_public"]})
    account = services.switch_auto_update(account_id=account.pk, on=form.cleaned_data["auto_update"])
    messages.success(request, _("Saved."))
    return _changed(request, account)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, account: Account) -> HttpResponse:
    """Change one's own names."""
    form = ProfileForm(
        request.POST or None,
        initial={
            "name": account.name,
            "other_names": "; ".join(account.other_names),
            "organisation": account.organisation,
        },
    )
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ProfileForm.wanted}
        account = services.change_own(account_id=account.pk, fields=fields)
        messages.success(request, _("Saved."))
        return _changed(request, account)
    return render(request, "settings_edit.html", {"form": form})


def _changed(request: HttpRequest, account: Account) -> HttpResponse:
    response = HttpResponseRedirect(reverse("settings"))
    signals.changed.send(sender=Account, request=request, response=response, account=account)
    return response


@require_GET
@signed_in
def receipts(request: HttpRequest, account: Account) -> HttpResponse:
    """Show what happened to one's permissions."""
    return render(request, "receipts.html", {"receipts": consents.receipts_of(account.orcid_id)})


@require_GET
def old_address(_request: HttpRequest) -> HttpResponse:
    """Lead from ``/settings`` to the page."""
    return redirect("settings")

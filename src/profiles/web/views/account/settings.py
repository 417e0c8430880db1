"""Settings: the person, their permissions and switches, and the state of their claims."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts import email, services, signals
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.consents import selectors as consents
from profiles.consents.auto_update_messages import add_off_message, add_on_message
from profiles.domain.consent import Purpose
from profiles.infra.web.languages import choose_language
from profiles.pipeline.permissions.auto_update import has_permission
from profiles.pipeline.permissions.lost_permissions import lost_permissions
from profiles.web.forms import ProfileForm, SwitchForm
from profiles.web.guard import signed_in
from profiles.web.permission_cards import cards
from profiles.web.status_line import status_line
from profiles.web.views.account.permission import allowed_return, start_authorization
from profiles.web.wording import ROLES


@require_GET
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the settings page."""
    held = consents.consents_with_revocations(account.orcid_id)
    permissions = cards(held)
    latest, counts = claims.latest_with_counts(account.orcid_id, limit=1)
    return render(
        request,
        "settings.html",
        {
            "account": account,
            "role": ROLES.get(account.role, account.role),
            "waiting_email": email.waiting_for_proof(account),
            "refused_email": email.refused_address(account),
            "permissions": permissions,
            "may_look_back": any(card.usable for card in permissions),
            "lost_permissions": lost_permissions(held),
            "counts": counts,
            "last_claim": latest[0] if latest else None,
            "switches": _switches(account),
            "auto_update": status_line(account, held),
            "shows_auto_update": True,
            "commons_page": f"{settings.ENVIRONMENT.COMMONS_URL}/orcid.org/{account.orcid_id}",
            **_from_other_packages(account),
        },
    )


@require_GET
@signed_in
def permissions(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the permissions and the status of Auto-Update."""
    held = consents.consents_with_revocations(account.orcid_id)
    context = {
        "permissions": cards(held),
        "lost_permissions": lost_permissions(held),
        "auto_update": status_line(account, held),
        "shows_auto_update": True,
    }
    return render(request, "settings_permissions.html", context)


def _switches(account: Account) -> SwitchForm:
    return SwitchForm(initial={"is_public": account.is_public, "auto_update": account.auto_update})


def _from_other_packages(account: Account) -> dict[str, Any]:
    answers: list[Any] = signals.settings_parts_requested.send(sender=Account, account=account)
    return {name: value for _, part in answers for name, value in part.items()}


@require_http_methods(["GET", "POST"])
@signed_in
def update(request: HttpRequest, account: Account) -> HttpResponse:
    """Save the two switches of the Update dialog; without JavaScript, show them as a page."""
    if request.method == "GET":
        return render(request, "settings_update.html", {"switches": _switches(account)})
    form = SwitchForm(request.POST)
    form.is_valid()
    account = services.change_own(account_id=account.pk, fields={"is_public": form.cleaned_data["is_public"]})
    if form.cleaned_data["auto_update"] != account.auto_update:
        return switch_to(request, account, on=form.cleaned_data["auto_update"])
    if account.is_public:
        messages.success(request, _("Your record is shown in DataCite services."))
    else:
        messages.success(request, _("Your record is hidden in DataCite services."))
    return changed(request, account)


@require_POST
@signed_in
def auto_update(request: HttpRequest, account: Account) -> HttpResponse:
    """Switch Auto-Update on or off with one button."""
    back = allowed_return(request.POST.get("return_to"), account)
    return switch_to(request, account, on="on" in request.POST, back=back)


def switch_to(request: HttpRequest, account: Account, *, on: bool, back: str = "") -> HttpResponse:
    """Switch Auto-Update, and lead to ``back``; if its permission is missing, go to ORCID first."""
    if on and not has_permission(account.orcid_id):
        return start_authorization(request, account, Purpose.AUTO_UPDATE, return_to=back, switch_on=True)
    account = services.switch_auto_update(account_id=account.pk, on=on)
    if on:
        add_on_message(request)
    else:
        add_off_message(request, _("Auto-Update is off: nothing is added or changed automatically."))
    return changed(request, account, back=back)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, account: Account) -> HttpResponse:
    """Edit the person's names and the language of mails."""
    form = ProfileForm(
        request.POST or None,
        initial={
            "name": account.name,
            "other_names": "; ".join(account.other_names),
            "organisation": account.organisation,
            "language": account.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        account = services.change_own(account_id=account.pk, fields=form.own_fields())
        messages.success(request, _("Your profile is saved."))
        if account.language:
            choose_language(request, account.language)
        return changed(request, account)
    return render(request, "settings_edit.html", {"form": form})


def changed(request: HttpRequest, account: Account, *, back: str = "") -> HttpResponseRedirect:
    """Redirect after a change, and send the signal that updates other services about the person."""
    response = HttpResponseRedirect(back or reverse("settings"))
    signals.changed.send(sender=Account, request=request, response=response, account=account)
    return response


@require_GET
def old_address(_request: HttpRequest) -> HttpResponse:
    """Redirect ``/settings`` to the settings page."""
    return redirect("settings")

"""Download all data, close the account, and show the receipt."""

import uuid as uuids
from typing import Any

import msgspec
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.consents import departures
from profiles.consents import selectors as consents
from profiles.pipeline.leaving import close_account
from profiles.pipeline.leaving.data_export import own_file
from profiles.web.forms import LeavingForm
from profiles.web.guard import signed_in
from profiles.web.wording import problem_of


@require_GET
@signed_in
def download(_request: HttpRequest, account: Account) -> HttpResponse:
    """Return all data about the person as one file."""
    response = HttpResponse(own_file(account), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-datacite-profiles.json"'
    return response


@require_GET
@signed_in
def own_data(request: HttpRequest, _account: Account) -> HttpResponse:
    """Offer the file of all data, and the closing of the account."""
    return render(request, "settings_data.html")


@require_http_methods(["GET", "POST"])
@signed_in
def leave(request: HttpRequest, account: Account) -> HttpResponse:
    """Explain what closing means, and close the account once it is confirmed."""
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        departure = close_account.close(account=account, remove_works=form.cleaned_data["works"] == "remove")
        logout(request)
        response = HttpResponseRedirect(reverse("goodbye", args=[departure.uuid]))
        signals.signed_out.send(sender=Account, request=request, response=response, account=None)
        return response
    known = claims.put_codes_of(account.orcid_id)
    with_permission = {
        one.client_id for one in consents.consents_of(account.orcid_id).values() if one.access_token
    }
    context = {
        "form": form,
        "works": len(known),
        "out_of_reach": sum(client_id not in with_permission for client_id, _code in known),
        "days": departures.MAX_DURATION.days,
    }
    return render(request, "leave.html", context, status=400 if form.errors else 200)


@require_GET
@never_cache
def goodbye(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show the receipt of a closed account to anyone with its number; it names no one."""
    receipt = _receipt(uuid)
    receipt["problem"] = problem_of(receipt["problem"])
    return render(request, "goodbye.html", {"receipt": receipt})


@require_GET
@never_cache
def goodbye_file(_request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Return the receipt as a file."""
    response = HttpResponse(msgspec.json.encode(_receipt(uuid)), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="closed-account-{uuid}.json"'
    return response


def _receipt(uuid: uuids.UUID) -> dict[str, Any]:
    departure = departures.departure_by_uuid(uuid)
    if departure is None:
        raise Http404(_("There is no receipt with this number."))
    return {
        "receipt": str(departure.uuid),
        "closed_at": departure.asked_at,
        "works": "remove" if departure.remove_works else "keep",
        "works_to_remove": departure.works,
        "works_removed": departure.works_removed,
        "permissions_to_revoke": departure.tokens,
        "permissions_revoked": departure.tokens_revoked,
        "ends_by": departure.ends_by,
        "finished_at": departure.finished_at,
        "problem": departure.problem,
    }

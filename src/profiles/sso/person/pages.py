"""Pages for people: a device's code, and the services that have access on their behalf."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods

from profiles.sso import limits
from profiles.sso.models import RelyingParty
from profiles.sso.protocol import approvals, devices
from profiles.sso.protocol.presence import person_of, presence_of
from profiles.sso.protocol.scopes import OPENID, SCOPES


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.path
    return redirect(f"{reverse('sign_in')}?return_to={quote(back)}")


@never_cache
@require_http_methods(["GET", "POST"])
@limits.limit_failures
def device(request: HttpRequest) -> HttpResponse:  # noqa: PLR0911  one return for each page
    """Let a person type the code of a device, see which service asks for what, and allow or refuse it."""
    account = person_of(request)
    if account is None:
        return _to_sign_in(request)
    if request.method == "GET":
        # A GET never counts as consent: another person may have sent the link.
        return render(request, "sso/device.html", {"code": request.GET.get("user_code", "")[:20]})
    code, answer = request.POST.get("user_code", ""), request.POST.get("answer", "")
    if not limits.allow_device_code_attempt(account.pk):
        return render(request, "sso/device.html", {"limited": True}, status=429)
    row = devices.find_by_user_code(code)
    if row is None:
        return render(request, "sso/device.html", {"code": code[:20], "unknown": True}, status=404)
    limits.take_back_device_code_attempt(account.pk)
    if not answer:
        words = [SCOPES[name].words for name in row.scope.split() if name in SCOPES and name != OPENID]
        return render(request, "sso/device_confirm.html", {"party": row.party, "scopes": words, "code": code})
    allowed = answer == "yes"
    if not devices.decide(row=row, account=account, presence=presence_of(request), allowed=allowed):
        return render(request, "sso/device.html", {"unknown": True}, status=404)
    return render(request, "sso/device_done.html", {"party": row.party, "allowed": allowed})


@never_cache
@require_GET
def connected(request: HttpRequest) -> HttpResponse:
    """List the services that have access on the person's behalf, since when, and to what."""
    account = person_of(request)
    if account is None:
        return _to_sign_in(request)
    services = [
        {"access": access, "words": [SCOPES[name].words for name in SCOPES if name in access.scopes]}
        for access in approvals.connected_services(account)
    ]
    return render(request, "sso/connected.html", {"services": services})


@never_cache
@require_http_methods(["POST"])
def disconnect(request: HttpRequest, client_id: str) -> HttpResponse:
    """Remove a service's access at once."""
    account = person_of(request)
    if account is None:
        return _to_sign_in(request)
    party = get_object_or_404(RelyingParty, client_id=client_id)
    approvals.remove(account=account, party=party)
    messages.success(request, _("%(name)s has no access any more.") % {"name": party.shown_name})
    return redirect("connected_services")


@require_GET
@cache_control(private=True, max_age=3600)
def logo(_request: HttpRequest, client_id: str) -> HttpResponse:
    """Serve a service's logo. Shared caches must not store it: it may carry cookies of its reader."""
    party: Any = get_object_or_404(RelyingParty, client_id=client_id)
    if not party.logo:
        raise Http404
    response = HttpResponse(bytes(party.logo), content_type=party.logo_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

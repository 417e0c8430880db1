"""The page of one act: what it would change, a reason, and the act itself."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access import roles
from profiles.domain.claim import ForbiddenTransitionError
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.staff import acts
from profiles.staff.acts import Act, RefusedActError, Target

MAX_REASON: Final = 500


@require_http_methods(["GET", "POST"])
@for_staff(roles.Act.HELP_PEOPLE)
def show(request: HttpRequest, staff: Account, act: str) -> HttpResponse:
    """Show how much an act would change, and carry it out once a reason is given."""
    chosen, target = acts.ACTS.get(act), _target(request)
    if chosen is None or chosen not in acts.acts_for(target):
        raise Http404
    reason, mistake = request.POST.get("reason", "").strip()[:MAX_REASON], ""
    if request.method == "POST" and reason:
        try:
            return _done(request, chosen, target, staff, reason)
        except RefusedActError as refusal:
            mistake = str(refusal)
        except ForbiddenTransitionError:
            mistake = _("A work has changed meanwhile. Look at the number again.")
    elif request.method == "POST":
        mistake = _("Say why: the person sees it, and so does who looks at the audit log.")
    context = {
        "act": chosen,
        "target": target,
        "count": chosen.count(target),
        "back": _page_of(target),
        "reason": reason,
        "mistake": mistake,
        "request_of": _reset_request(chosen, target),
    }
    return render(request, "staff/act.html", context, status=422 if mistake else 200)


def _target(request: HttpRequest) -> Target:
    orcid_id, doi = parse_orcid_id(request.GET.get("person", "")), request.GET.get("doi", "")
    if orcid_id is None or (doi and parse_doi(doi) != doi):
        raise Http404
    return Target(orcid_id, account_of(orcid_id), doi)


def _page_of(target: Target) -> str:
    if target.doi:
        query = urlencode({"person": target.orcid_id})
        return f"{reverse('staff_doi', args=[target.doi])}?{query}"
    return reverse("staff_person", args=[target.orcid_id])


def _reset_request(act: Act, target: Target) -> audit.AuditLine | None:
    """Return the request of another member of staff that can be confirmed."""
    if act.name != "reset-second-step" or target.account is None:
        return None
    request = audit.open_reset_request(target.account)
    return audit.lines([request])[0] if request else None


def _done(request: HttpRequest, act: Act, target: Target, staff: Account, reason: str) -> HttpResponse:
    count = acts.carry_out(act, target, by=staff, reason=reason)
    if act.name == "reset-second-step" and not count:
        messages.info(request, _("Asked for. Another member of staff has to confirm it within a day."))
    else:
        words = ngettext("Done: %(n)d changed.", "Done: %(n)d changed.", count)
        messages.success(request, words % {"n": count})
    return HttpResponseRedirect(_page_of(target))

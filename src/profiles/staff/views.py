"""Staff home: search, failed claims by problem, skips by reason; and the claims of one problem."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.accounts.staff_access.guard import for_staff
from profiles.claims import selectors as claims
from profiles.domain.access.roles import Act, may
from profiles.domain.ids import parse_orcid_id
from profiles.staff import services


@require_GET
@for_staff(Act.READ_STORIES)
def home(request: HttpRequest, _person: Account) -> HttpResponse:
    """Show failed claims by problem, and works that people called not theirs."""
    context = {
        "stuck": services.count_failed(),
        "skips": services.skips(),
        "blocks": services.latest_blocks(),
    }
    return render(request, "staff/home.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Act.READ_STORIES)
def problem(request: HttpRequest, person: Account, code: str) -> HttpResponse:
    """Show the claims that failed with one problem, and request them again."""
    orcid_id = parse_orcid_id(request.POST.get("orcid") or request.GET.get("orcid") or "") or ""
    if request.method == "POST":
        if not may(person.role, Act.REPLAY):
            raise PermissionDenied
        dry_run = request.POST.get("act") != "yes"
        count = services.replay(problem=code, orcid_id=orcid_id, by=person, dry_run=dry_run)
        words = _("%(n)d claims would be sent again.") if dry_run else _("%(n)d claims are being sent again.")
        messages.info(request, words % {"n": count})
    failed = claims.failed_claims(problem=code, orcid_id=orcid_id)[:100]
    return render(
        request,
        "staff/problem.html",
        {"code": code, "claims": failed, "orcid": orcid_id, "may_replay": may(person.role, Act.REPLAY)},
    )

"""Show intake: its sources and lag, quarantined records, differing ORCID records; replay skips."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act, may
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import parse_orcid_id
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake import selectors
from profiles.pipeline.intake.file_progress import files_under_way
from profiles.pipeline.works.replay import replay

SHOWN_ROWS = 50


@require_GET
@for_staff(Act.READ_STORIES)
def intake(request: HttpRequest, _person: Account) -> HttpResponse:
    """Show the sources with their lag, broken records, and ORCID records that differ from ours."""
    polled = selectors.harvest_state()
    broken, latest = selectors.quarantined(SHOWN_ROWS)
    differences, records = selectors.drifting(SHOWN_ROWS)
    context = {
        "polled": polled,
        "behind": round((clock.now() - polled.done_until).total_seconds()) if polled else None,
        "waiting": {source.value: round(lag) for source, lag in selectors.lag_by_source().items()},
        "files": files_under_way(),
        "broken": broken,
        "quarantine": latest,
        "differences": differences,
        "records": records,
    }
    return render(request, "staff/intake.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Act.READ_STORIES)
def skips(request: HttpRequest, person: Account, reason: str) -> HttpResponse:
    """Preview what today's rules decide about skips with one reason, and apply it when confirmed."""
    if reason not in REASONS:
        raise Http404
    orcid_id = parse_orcid_id(request.POST.get("orcid", "")) or ""
    found = None
    if request.method == "POST":
        if not may(person.role, Act.REPLAY):
            raise PermissionDenied
        if request.POST.get("act") == "yes":
            lock = f"{job_names.REPLAY} {reason} {orcid_id}"
            defer(job_names.REPLAY, lock=lock, reason=reason, orcid_id=orcid_id, by=person.orcid_id)
            subject = account_of(orcid_id) if orcid_id else None
            audit.write(StaffAct.REPLAYED, by=person, person=subject, note=reason)
            messages.success(request, _("They are being asked about again; what changes is done."))
            return redirect("staff_skips", reason=reason)
        found = replay(reason=reason, orcid_id=orcid_id)
    return render(
        request,
        "staff/skips.html",
        {
            "reason": reason,
            "sentence": _(REASONS[reason].sentence),
            "orcid": orcid_id,
            "found": found,
            "changing": sum(found.would_change.values()) if found else 0,
            "changes": found.would_change.most_common() if found else [],
            "may_replay": may(person.role, Act.REPLAY),
        },
    )

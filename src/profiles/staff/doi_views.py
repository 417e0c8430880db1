"""The page of one DOI: what it says, whom it names, what became of it; with a person, every step."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act, may
from profiles.domain.ids import doi_url, parse_doi, parse_orcid_id
from profiles.pipeline.support import doi_story
from profiles.pipeline.support.answers import suggested_answer
from profiles.pipeline.support.doi_story import DoiStory
from profiles.staff.acts import Target, acts_for
from profiles.staff.person_views import day_of, narrowing, page_of


@require_GET
@for_staff(Act.READ_STORIES)
def show(request: HttpRequest, staff: Account, doi: str) -> HttpResponse:
    """Show one DOI. Each look is written down; a look at a person's work is shown to that person."""
    parsed = parse_doi(doi)
    if parsed is None:
        raise Http404
    if parsed != doi:
        return HttpResponseRedirect(reverse("staff_doi", args=[parsed]))
    story = doi_story.story_of(parsed, until=day_of(request.GET), page=page_of(request.GET))
    orcid_id = parse_orcid_id(request.GET.get("person", "")) or ""
    work = doi_story.work_story(parsed, orcid_id, story.record) if orcid_id else None
    audit.write(
        StaffAct.LOOKED, by=staff, person=work.account if work else None, about=parsed, note=orcid_id_of(work)
    )
    target = Target(orcid_id, work.account if work else None, parsed)
    context: dict[str, Any] = {
        "story": story,
        "work": work,
        "answer": _answer(story, work),
        "url": doi_url(parsed),
        "target": target,
        "acts": acts_for(target) if orcid_id and may(staff.role, Act.HELP_PEOPLE) else [],
        "day": request.GET.get("until", ""),
        **narrowing(request.GET, story.timeline.number),
    }
    return render(request, "staff/doi.html", context)


def orcid_id_of(work: doi_story.WorkStory | None) -> str:
    """Return the iD of a person without an account, whom nothing else in the audit log names."""
    return work.orcid_id if work is not None and work.account is None else ""


def _answer(story: DoiStory, work: doi_story.WorkStory | None) -> str:
    if work is None or work.claim is None:
        return ""
    return suggested_answer(work.account, work.claim, story.title)

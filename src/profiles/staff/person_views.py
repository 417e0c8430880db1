"""The page of one person: facts, permissions, counts, and one timeline of all that happened."""

from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.consents.wording import PURPOSES
from profiles.domain.access.roles import Act, may
from profiles.domain.claim import ClaimState
from profiles.domain.ids import parse_orcid_id
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.pipeline.support import person_story
from profiles.pipeline.support.person_story import KINDS, PersonStory, Shown
from profiles.pipeline.support.search import end_of
from profiles.staff.acts import Target, acts_for

STATES: Final = {
    "done": gettext_lazy("On the record"),
    "waiting": gettext_lazy("On their way"),
    "working": gettext_lazy("Being sent"),
    "notified": gettext_lazy("Asked in the ORCID inbox"),
    "failed": gettext_lazy("Not sent"),
    "deleted": gettext_lazy("Removed"),
    "ignored": gettext_lazy("Not added"),
}
KIND_WORDS: Final = {
    "": gettext_lazy("Everything"),
    "works": gettext_lazy("Works"),
    "decisions": gettext_lazy("Decisions of the rules"),
    "permissions": gettext_lazy("Permissions"),
    "sign-in": gettext_lazy("Sign-in and services"),
    "messages": gettext_lazy("Messages"),
    "staff": gettext_lazy("Staff"),
}
HEALTH: Final = {
    "unused": gettext_lazy("given, not used yet"),
    "works": gettext_lazy("works"),
    "doubted": gettext_lazy("refused once by ORCID; checked again soon"),
    "lost": gettext_lazy("no longer accepted by ORCID"),
    "withdrawn": gettext_lazy("taken back by its owner"),
}
_MAX_DIGITS: Final = 4


@require_GET
@for_staff(Act.READ_STORIES)
def show(request: HttpRequest, staff: Account, orcid_id: str) -> HttpResponse:
    """Show one person. Each look is written down, and shown to the person."""
    parsed = parse_orcid_id(orcid_id)
    if parsed is None:
        raise Http404
    if parsed != orcid_id:
        return HttpResponseRedirect(reverse("staff_person", args=[parsed]))
    account = person_story.account_for_support(orcid_id)
    audit.write(StaffAct.LOOKED, by=staff, person=account, about="" if account else orcid_id)
    shown = _shown(request.GET)
    story = person_story.story_of(orcid_id, account, shown)
    target = Target(orcid_id, account)
    context = {
        "story": story,
        "shown": shown,
        "first": _first_sentence(story),
        "status": _status_words(story),
        "permissions": _permissions(story),
        "problems": _problems(story),
        "states": [(state, STATES[state], count) for state, count in story.by_state.items()],
        "kinds": KIND_WORDS.items(),
        "target": target,
        "acts": acts_for(target) if may(staff.role, Act.HELP_PEOPLE) else [],
        "day": request.GET.get("until", ""),
        **narrowing(request.GET, story.timeline.number),
    }
    return render(request, "staff/person.html", context)


def _shown(query: QueryDict) -> Shown:
    state, kind = query.get("state", ""), query.get("kind", "")
    return Shown(
        kind=kind if kind in KINDS else "",
        state=state if state in set(ClaimState) else "",
        problem=query.get("problem", "")[:60],
        until=day_of(query),
        page=page_of(query),
    )


def day_of(query: QueryDict) -> datetime | None:
    """Return the end of the day up to which a timeline is to be shown; None without one."""
    try:
        return end_of(date.fromisoformat(query.get("until", "")))
    except ValueError:
        return None


def page_of(query: QueryDict) -> int:
    """Return the number of the page; 1 for anything else."""
    text = query.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 1


def narrowing(query: QueryDict, number: int) -> dict[str, Any]:
    """Return the addresses of the neighbouring pages with the same filters."""

    def with_page(page: int) -> str:
        changed = query.copy()
        changed["page"] = str(page)
        return f"?{changed.urlencode()}#happened"

    return {"newer": with_page(number - 1) if number > 1 else "", "older": with_page(number + 1)}


def _first_sentence(story: PersonStory) -> str:
    """Return what keeps works from this person's record, or that nothing does."""
    name = story.name or _("this person")
    if story.account is None:
        return _("No one has signed in here with this ORCID iD, so nothing can be sent to its record.")
    if story.account.closed_at is not None:
        return _("The account was closed, so nothing is sent.")
    if story.problems:
        worst = story.problems[0]
        return _problem_sentence(worst)
    status = story.auto_update
    if status is not None and status.state != "working":
        return f"{_status_title(story)}: {_status_words(story)['words']}"
    return _("Nothing keeps works from the ORCID record of %(name)s.") % {"name": name}


def _problem_sentence(row: person_story.ProblemCount) -> str:
    reason = _(reason_for(row.problem, Reader.STAFF)).rstrip(".")
    words = _("%(n)d of the works: %(reason)s.") if row.count > 1 else _("One of the works: %(reason)s.")
    return words % {"n": row.count, "reason": reason}


def _status_title(story: PersonStory) -> str:
    status = story.auto_update
    if status is None or status.state == "off":
        return _("Auto-Update: Off")
    if status.state == "working":
        return _("Auto-Update: Working")
    return _("Auto-Update: Waiting for the permission")


def _status_words(story: PersonStory) -> dict[str, str]:
    """Return the status of Auto-Update as its owner sees it, in staff's voice."""
    status = story.auto_update
    if status is None:
        return {}
    words = {
        "lost": _("ORCID no longer accepts the permission. What is on the record stays there."),
        "withdrawn": _("Its owner took the permission back. What is on the record stays there."),
        "too_little": _("The permission does not allow adding works."),
        "none": _("Its owner has not given the permission yet."),
        "usable": _("New works that name the ORCID iD arrive automatically."),
    }[status.permission.value]
    if status.state == "off":
        words = _("Nothing is added or changed automatically.")
    ring = {"working": "arrived", "off": "off"}.get(
        status.state.value, "refused" if status.permission == "lost" else "waiting"
    )
    level = {"arrived": "good", "refused": "bad", "waiting": "wait"}.get(ring, "")
    return {"title": _status_title(story), "words": words, "ring": ring, "level": level}


def _permissions(story: PersonStory) -> list[dict[str, Any]]:
    return [
        {"name": PURPOSES[purpose]["name"], "health": HEALTH[row.health], "row": row}
        for purpose, row in story.permissions.items()
    ]


def _problems(story: PersonStory) -> list[dict[str, Any]]:
    return [{"row": row, "sentence": _problem_sentence(row)} for row in story.problems]

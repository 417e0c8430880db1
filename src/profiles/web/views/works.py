"""My works: what is on its way, what arrived, what did not and why; and the person's own decisions."""

import csv
import io
import uuid as uuids
from datetime import datetime
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from profiles.accounts.models import Account
from profiles.claims import selectors
from profiles.claims.selectors import Place
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.ids import doi_url, parse_doi
from profiles.pipeline import request as requests
from profiles.web.guard import signed_in
from profiles.web.wording import EVENTS, SOURCES, STATES, problem_of

PAGE: Final = 25
ALL: Final = 10_000
FILTERS: Final = {
    "on": [ClaimState.DONE],
    "queued": [ClaimState.WAITING, ClaimState.WORKING, ClaimState.NOTIFIED],
    "failed": [ClaimState.FAILED],
    "removed": [ClaimState.DELETED],
    "left-out": [ClaimState.IGNORED],
}


def described(claim: Any) -> dict[str, Any]:
    """Put a claim into words."""
    problem = problem_of(claim.problem)
    removing = claim.action == ClaimAction.DELETE.value and claim.state in {"waiting", "working"}
    return {
        "claim": claim,
        "url": doi_url(claim.doi),
        "state": _("Waiting to be removed") if removing else STATES[claim.state],
        "source": SOURCES[claim.origin],
        "problem": {"title": _(problem.title), "we": _(problem.we), "you": _(problem.you)}
        if problem
        else None,
        "moving": claim.state in {"waiting", "working"},
        "can_retry": claim.state == "failed",
        "can_remove": claim.state == "done",
        "can_restore": claim.state in {"deleted", "ignored"},
    }


@require_GET
@signed_in
def index(request: HttpRequest, account: Account) -> HttpResponse:
    """List one's works, latest change first."""
    chosen = request.GET.get("show", "")
    text = request.GET.get("text", "").strip()
    claims = selectors.claims_of(
        account.orcid_id,
        states=FILTERS.get(chosen, ()),
        text=parse_doi(text) or text,
        oldest_first=request.GET.get("sort") == "oldest",
        after=_place(request.GET.get("after", "")),
        limit=PAGE + 1,
    )
    works = [described(claim) for claim in claims[:PAGE]]
    last = claims[PAGE - 1] if len(claims) > PAGE else None
    context = {
        "works": works,
        "chosen": chosen,
        "text": text,
        "sort": request.GET.get("sort", ""),
        "next": f"{last.updated_at.isoformat()},{last.pk}" if last else "",
        "counts": selectors.counts_of(account.orcid_id),
        "moving": any(work["moving"] for work in works),
        "account": account,
    }
    # htmx asks for the list alone, every two seconds while something is on its way.
    return render(request, "works_list.html" if request.headers.get("HX-Request") else "works.html", context)


def _place(text: str) -> Place | None:
    moment, _comma, number = text.partition(",")
    try:
        return Place(datetime.fromisoformat(moment.replace(" ", "+")), int(number)) if number else None
    except ValueError:
        return None


@require_GET
@signed_in
def show(request: HttpRequest, account: Account, uuid: uuids.UUID) -> HttpResponse:
    """Tell the story of one work."""
    claim = _own(account, uuid)
    lines = [
        {
            "at": line.at,
            "event": _("Removal asked for")
            if line.event == "request" and line.action == "delete"
            else EVENTS[line.event],
            "problem": _(problem.title) if (problem := problem_of(line.problem)) else "",
            "actor": "" if line.actor == account.orcid_id else line.actor,
            "note": line.note,
        }
        for line in selectors.history_of(claim)
    ]
    return render(
        request,
        "work.html",
        {"work": described(claim), "lines": lines, "attempts": selectors.attempts_of(claim)},
    )


@require_POST
@signed_in
def act(request: HttpRequest, account: Account, uuid: uuids.UUID, action: str) -> HttpResponse:
    """Do what the person decided about one work."""
    claim = _own(account, uuid)
    actor = account.orcid_id
    if action == "again":
        requests.try_again(claim, actor=actor)
        messages.info(request, _("We try again now."))
    elif action == "remove":
        requests.remove(claim, actor=actor)
        messages.info(request, _("The work is being removed from your ORCID record."))
    elif action == "restore":
        requests.restore(claim, actor=actor)
        messages.info(request, _("The work is being brought back."))
    elif action == "not-mine":
        requests.not_mine(
            orcid_id=account.orcid_id, doi=claim.doi, reason=request.POST.get("reason", "")[:500]
        )
        messages.info(request, _("It is being removed, and never sent again unless you restore it."))
    return redirect("works")


def _own(account: Account, uuid: uuids.UUID) -> Any:
    claim = selectors.claim_by_uuid(uuid)
    if claim is None or claim.orcid_id != account.orcid_id:
        raise Http404
    return claim


@require_GET
@signed_in
def download(_request: HttpRequest, account: Account, form: str) -> HttpResponse:
    """Give the whole list as a file."""
    claims = selectors.claims_of(account.orcid_id, limit=ALL)
    rows = [
        {
            "doi": claim.doi,
            "state": claim.state,
            "problem": claim.problem,
            "source": claim.origin,
            "put_code": claim.put_code,
            "on_record_since": claim.claimed_at.isoformat() if claim.claimed_at else None,
            "updated": claim.updated_at.isoformat(),
        }
        for claim in claims
    ]
    if form == "json":
        response = HttpResponse(msgspec.json.encode(rows), content_type="application/json")
    else:
        text = io.StringIO()
        names = ["doi", "state", "problem", "source", "put_code", "on_record_since", "updated"]
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        writer.writerows(rows)
        response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="my-works.{form}"'
    return response

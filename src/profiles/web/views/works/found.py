"""Earlier works that name the person: list them, add the chosen ones, and show the progress."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.clients.errors import ServiceError
from profiles.domain.consent import PURPOSE_OF, Purpose
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import doi_url
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.infra import clock
from profiles.infra.web.htmx import is_poll
from profiles.intake import selectors
from profiles.pipeline import datacite_time_budget
from profiles.pipeline.intake.decided_requests import origin_of_chosen
from profiles.pipeline.requests import backfill
from profiles.pipeline.works.own_record import usable_consents
from profiles.web.guard import signed_in
from profiles.web.polling import page_or_part
from profiles.web.views.works.my_works import described
from profiles.web.views.works.progress import ENDS, progress_of


@require_GET
@signed_in
def count(request: HttpRequest, account: Account) -> HttpResponse:
    """Show in one line how many works name the person; Settings loads it after the page."""
    try:
        number: int | None = backfill.count_works_naming(account.orcid_id)
    except ServiceError:
        number = None
    return render(request, "web/found_count.html", {"found": number})


@require_http_methods(["GET", "POST"])
@signed_in
def found(request: HttpRequest, account: Account) -> HttpResponse:
    """List the works that name the person, and add those they choose."""
    try:
        if request.method == "POST":
            return _choose(request, account)
        seconds = (
            datacite_time_budget.BACKGROUND_SECONDS if is_poll(request) else datacite_time_budget.PAGE_SECONDS
        )
        listed = backfill.candidates(account.orcid_id, seconds=seconds)
    except ServiceError as error:
        context = {
            "problem": {"title": _(error.entry.title)},
            "again_in": datacite_time_budget.retry_delay(error),
        }
        # htmx swaps only successful responses.
        return render(request, "web/found.html", context, status=200 if is_poll(request) else 503)
    works = [
        {"work": work, "url": doi_url(work.doi), "reason": _(REASONS[work.verdict.reason].sentence)}
        for work in listed.works
    ]
    context = {"listed": listed, "works": works, "account": account, "addable": len(listed.addable)}
    return render(request, "web/found.html", {**context, **_permission(account)})


def _choose(request: HttpRequest, account: Account) -> HttpResponse:
    started = clock.now()
    backfill.choose(account.orcid_id, request.POST.getlist("doi")[: backfill.MAX_LISTED_WORKS])
    return redirect(f"{reverse('works_added')}?since={quote(started.isoformat())}")


def _permission(account: Account) -> dict[str, Any]:
    """Return the permission or switch that is missing before the chosen works can be sent."""
    granted = {Purpose(consent.purpose) for consent in usable_consents(account.orcid_id)}
    needed = PURPOSE_OF[origin_of_chosen(switched_on=account.auto_update_since is not None)]
    return {
        "missing": needed.value if needed not in granted else "",
        "only_switch": needed not in granted and Purpose.AUTO_UPDATE in granted,
    }


@require_GET
@signed_in
def added(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the progress of works that were added together."""
    since = _moment(request.GET.get("since", ""))
    asked = claims.claims_asked_since(account.orcid_id, since, limit=backfill.MAX_LISTED_WORKS)
    titles = selectors.titles(claim.doi for claim in asked)
    items = [
        {
            "work": {"doi": claim.doi, **selectors.named(titles, claim.doi)},
            **described(claim),
            "end": ENDS.get(claim.state, "moving"),
        }
        for claim in asked
    ]
    items += [_refused(decision) for decision in selectors.refused_choices(account.orcid_id, since=since)]
    here = f"{request.path}?since={quote(since.isoformat())}&"
    context = {
        **progress_of(items, page=request.GET.get("page", ""), here=here),
        **_permission(account),
        # Works that were chosen before the switch are sent with Search & Link, whatever the switch says now.
        "only_switch": False,
    }
    return page_or_part(request, context, page="web/found_added.html", part="web/find_added_list.html")


def _refused(decision: Any) -> dict[str, Any]:
    """Describe a work that the person chose and the rules refused."""
    reason = REASONS[decision.reason]
    sentence = _(reason_for(decision.reason, Reader.OWNER))
    return {
        "work": {"doi": decision.doi, "written": decision.doi},
        "url": doi_url(decision.doi),
        "title": sentence.removesuffix("."),
        "you": _(reason.remedy) if reason.remedy else "",
        "end": "not",
    }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Http404 from None
    if moment.tzinfo is None:
        raise Http404
    return moment

"""My works: each work with its state and reason, and the person's actions on it."""

import re
import uuid as uuids
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from profiles.accounts.models import Account
from profiles.claims import selectors
from profiles.claims.bulk_acts.store import RUNNING
from profiles.consents.selectors import consents_of, is_usable
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.consent import Purpose
from profiles.domain.ids import doi_url
from profiles.domain.problem import Remedy
from profiles.domain.push.outcome import user_facing
from profiles.domain.reasons_for_readers import Reader
from profiles.infra.web.htmx import is_poll
from profiles.infra.web.moments import day
from profiles.pipeline.permissions.lost_permissions import lost_permissions
from profiles.pipeline.push import take_over
from profiles.pipeline.requests import one as requests
from profiles.pipeline.requests.bulk import OPEN, is_being_removed, is_not_on_record
from profiles.pipeline.works import my_works
from profiles.pipeline.works.first_sentence import first_sentence_of
from profiles.pipeline.works.my_works import Facet, WorkRow, WorksOverview
from profiles.pipeline.works.timeline import timeline_of
from profiles.web.guard import signed_in
from profiles.web.polling import page_or_part
from profiles.web.views.works.many_works import notice_context
from profiles.web.views.works.works_query import (
    MAX_ADDRESS,
    WorksQuery,
    facets_context,
    pager_context,
    remember_size,
)
from profiles.web.wording import REMOVING, SOURCES, STATES, problem_of, problem_title
from profiles.web.wording_types import type_name
from profiles.web.wording_works import names_sentence, on_record_sentence, reason_of

BUSY_POLL_SECONDS: Final = 2
IDLE_POLL_SECONDS: Final = 20
DENSE_FROM: Final = 25
"""Pages with more works show less of each, so that they stay quick on slow lines."""
_SOON_DELAY: Final = timedelta(seconds=IDLE_POLL_SECONDS)
_FOR_ENGINEERS: Final = re.compile(r"status \d+")
_ACTION_MESSAGES: Final = {
    "again": gettext_lazy("We try again now."),
    "remove": gettext_lazy("The work is being removed from your ORCID record."),
    "do-not-add": gettext_lazy("The work is not sent to your ORCID record."),
    "restore": gettext_lazy("The work is being brought back."),
    "send-newer": gettext_lazy("The newer version is being sent to your ORCID record."),
    "keep": gettext_lazy("The work stays on your ORCID record."),
    "not-mine": gettext_lazy("It is being removed, and never sent again unless you restore it."),
}


def described(claim: Any) -> dict[str, Any]:
    """Describe a claim for pages."""
    entry = problem_of(claim.problem)
    is_removal = claim.action == ClaimAction.DELETE.value
    problem = user_facing(entry, ClaimState(claim.state), removing=is_removal) if entry else None
    removing = is_being_removed(claim)
    return {
        "claim": claim,
        "url": doi_url(claim.doi),
        "state": REMOVING[claim.state] if removing else STATES[claim.state],
        "source": SOURCES[claim.origin],
        "problem": {"title": problem_title(problem), "we": _(problem.we), "you": _(problem.you)}
        if problem
        else None,
        "wants_permission": problem is not None and problem.remedy is Remedy.GRANT,
        "waits_for_service": problem is not None and problem.remedy is Remedy.WAIT,
        "reason": None if problem else reason_of(claim.detail),
        "detail": "" if _FOR_ENGINEERS.fullmatch(claim.detail) else claim.detail,
        "moving": claim.state in {"waiting", "working"},
        "can_retry": claim.state == "failed",
        "can_remove": claim.state == "done" or (claim.state in OPEN and not removing),
        "remove_label": _("Do not add it") if is_not_on_record(claim) else _("Remove from ORCID"),
        "can_restore": claim.state in {"deleted", "ignored"} or removing,
        "restore_label": _("Keep it") if removing else _("Restore"),
    }


def described_work(listed: WorkRow) -> dict[str, Any]:
    """Describe a work for pages: its claim and title, whether it names its owner and is on the record."""
    return {
        **described(listed.claim),
        "title": listed.title or listed.claim.doi,
        "language": listed.language,
        "facts": [str(fact) for fact in (listed.year, type_name(listed.kind)) if fact],
        "repository": listed.repository,
        "names_you": names_sentence(listed.names_owner),
        "on_record": on_record_sentence(listed),
    }


@require_GET
@signed_in
def index(request: HttpRequest, account: Account) -> HttpResponse:
    """List the person's works; the list polls for changes."""
    above = my_works.above_list(account.orcid_id)
    held = consents_of(account.orcid_id)
    if not is_poll(request):
        my_works.compare_if_stale(account.orcid_id, above.compared_at, held.values())
    query = WorksQuery.of(request.GET)
    counted = my_works.overview(
        account.orcid_id, query.wanted, soon=_SOON_DELAY, taken_over_from=take_over.other_client()
    )
    pager = pager_context(request, query, counted.total)
    works = my_works.list_works(
        account.orcid_id, query.wanted, order=query.order, page=pager["page"], size=pager["size"]
    )
    is_busy = above.bulk_act is not None and above.bulk_act.state == RUNNING
    context = {
        **facets_context(query, counted),
        **pager,
        "works": [described_work(row) for row in works],
        "total": counted.total,
        "state_counts": counted.facets[Facet.STATE],
        "is_narrowed": not query.wanted.is_empty,
        "query": query,
        "list_address": query.address(),
        "is_dense": pager["size"] > DENSE_FROM,
        "back": request.GET.urlencode()[:MAX_ADDRESS],
        **notice_context(above.bulk_act),
        "again_in": BUSY_POLL_SECONDS if counted.changes_soon or is_busy else IDLE_POLL_SECONDS,
        "outages": _outages(counted),
        "questions": above.questions,
        "works_needing": above.needing,
        "account": account,
        "may_add": is_usable(held.get(Purpose.SEARCH_AND_LINK)),
        "can_be_taken_over": counted.may_be_taken_over,
        "lost_permissions": lost_permissions(held),
    }
    response = page_or_part(request, context, page="works.html", part="works_list.html")
    return remember_size(request, response)


def _again_in(orcid_id: str) -> int:
    """Return the seconds until a page polls again: few while a claim is due soon."""
    return BUSY_POLL_SECONDS if selectors.may_change_soon(orcid_id, within=_SOON_DELAY) else IDLE_POLL_SECONDS


def _outages(counted: WorksOverview) -> list[dict[str, Any]]:
    outages = [(problem_of(code), count) for code, count in counted.outages.items()]
    return [{"title": _(problem.title), "count": count} for problem, count in outages if problem]


@require_GET
@signed_in
def show(request: HttpRequest, account: Account, uuid: uuids.UUID) -> HttpResponse:
    """Show one work with its history."""
    claim = own_claim(account, uuid)
    work = described_work(my_works.work_of(claim))
    context = {
        "work": work,
        "fact": first_sentence_of(claim, write_day=day),
        "timeline": timeline_of(claim.orcid_id, claim.doi, Reader.OWNER, claim=claim),
        "again_in": _again_in(account.orcid_id),
    }
    return page_or_part(request, context, page="work.html", part="work_story.html")


@require_POST
@signed_in
def act(request: HttpRequest, account: Account, uuid: uuids.UUID, action: str) -> HttpResponse:
    """Carry out the person's action on one work."""
    claim, message = own_claim(account, uuid), action
    if action == "again":
        requests.try_again(claim, actor=account.orcid_id)
    elif action == "remove":
        message = "do-not-add" if is_not_on_record(claim) else action
        requests.remove(claim, actor=account.orcid_id)
    elif action == "restore":
        message = "keep" if is_being_removed(claim) else action
        requests.restore(claim, actor=account.orcid_id)
    elif action == "send-newer":
        requests.send_newer_version(claim, actor=account.orcid_id)
    elif action == "not-mine":
        requests.not_mine(
            orcid_id=account.orcid_id, doi=claim.doi, reason=request.POST.get("reason", "")[:500]
        )
    if message in _ACTION_MESSAGES:
        messages.info(request, _ACTION_MESSAGES[message])
    if "stay" in request.POST:
        return HttpResponseRedirect(f"{reverse('work', args=[claim.uuid])}#state")
    # Return to the filtered list and the same place in it, for keyboard users.
    back = QueryDict(request.POST.get("back", "")[:MAX_ADDRESS]).urlencode()
    return HttpResponseRedirect(f"{reverse('works')}{'?' if back else ''}{back}#work-{claim.pk}")


def own_claim(account: Account, uuid: uuids.UUID) -> Any:
    """Return the person's own claim, or answer that there is none."""
    claim = selectors.claim_by_uuid(uuid)
    if claim is None or claim.orcid_id != account.orcid_id:
        raise Http404
    return claim

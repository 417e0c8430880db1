"""The result page of works that were added together: each with what became of it, until all are settled."""

import uuid as uuids
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.claims import selection_selectors
from profiles.domain.claim import Origin
from profiles.domain.consent import PURPOSE_OF
from profiles.pipeline.requests import choose_works
from profiles.pipeline.requests.bulk import Act, act_on_works, is_not_on_record
from profiles.web.guard import signed_in
from profiles.web.paging import page_number, pages
from profiles.web.polling import page_or_part
from profiles.web.views.works.find import return_context
from profiles.web.views.works.find_lists import missing_context
from profiles.web.views.works.find_rows import Row, row_of_result
from profiles.web.wording import problem_of

_PAGE_SIZE: Final = 50
_LAST_PAGE: Final = 1_000
_ORDER: Final = ("failed", "not", "moving", "done")
"""Works that need attention come first."""


@require_http_methods(["GET", "POST"])
@signed_in
def added(request: HttpRequest, account: Account, uuid: uuids.UUID) -> HttpResponse:
    """Show the progress of works that were added together, each with its result; call off the rest."""
    selection = selection_selectors.selection_by_uuid(uuid)
    if selection is None or selection.orcid_id != account.orcid_id or selection.asked_at is None:
        raise Http404
    results = choose_works.results_of(selection)
    if request.method == "POST":
        return _call_off(request, account, selection, [claim for _work, claim in results if claim])
    open_claims = [claim for _work, claim in results if claim and is_not_on_record(claim)]
    number = page_number(request.GET.get("page", ""), _LAST_PAGE)
    problem = problem_of(selection.problem)
    context = {
        **_progress_of([row_of_result(work, claim) for work, claim in results], number),
        "this_page": f"{request.path}?page={number}",
        **missing_context(
            {PURPOSE_OF[Origin(claim.origin)] for claim in open_claims}, choose_works.usable_purposes(account)
        ),
        "added": selection,
        "can_be_called_off": bool(open_claims),
        "trouble": _(problem.title) if problem else "",
        "looks_again": selection.looks_again_at,
        **return_context(request),
    }
    return page_or_part(request, context, page="web/find_added.html", part="web/find_added_list.html")


def _call_off(request: HttpRequest, account: Account, selection: Any, claims: list[Any]) -> HttpResponse:
    count = len(act_on_works(Act.CALL_OFF, claims, orcid_id=account.orcid_id))
    sentence = ngettext("%(n)d work is called off.", "%(n)d works are called off.", count)
    messages.success(request, sentence % {"n": count})
    return redirect("find_added", selection.uuid)


def _progress_of(rows: Sequence[Row], number: int) -> dict[str, Any]:
    """Return one page of the rows, those that need attention first, with counts and a sentence."""
    counted = {name: sum(row.end == name for row in rows) for name in _ORDER}
    ordered = sorted(rows, key=lambda row: _ORDER.index(row.end))
    return {
        "rows": ordered[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE],
        "total": len(rows) - counted["not"],
        "ended": counted["done"] + counted["failed"],
        "is_moving": bool(counted["moving"]),
        "sentence": _sentence(counted),
        **pages(number, _PAGE_SIZE, len(rows)),
    }


def _sentence(counted: dict[str, int]) -> str:
    done, moving, failed = counted["done"], counted["moving"], counted["failed"]
    on_record = ngettext("%(n)d work is on your ORCID record", "%(n)d works are on your ORCID record", done)
    parts = [on_record % {"n": done}]
    if moving:
        parts.append(ngettext("%(n)d is on its way", "%(n)d are on their way", moving) % {"n": moving})
    if failed:
        parts.append(ngettext("%(n)d was not added", "%(n)d were not added", failed) % {"n": failed})
    if counted["not"]:
        n = counted["not"]
        parts.append(ngettext("%(n)d cannot be added", "%(n)d cannot be added", n) % {"n": n})
    return ", ".join(parts) + "."


@require_GET
@signed_in
def last(_request: HttpRequest, account: Account) -> HttpResponse:
    """Lead to the works that the person added last."""
    selection = selection_selectors.last_requested(account.orcid_id)
    return redirect("find_added", selection.uuid) if selection else redirect("find")

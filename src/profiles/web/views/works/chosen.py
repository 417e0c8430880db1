"""The selection: paste DOIs, check each, add all together, and show the progress."""

import uuid as uuids
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.models import Account
from profiles.claims import selection_selectors, selection_services
from profiles.domain.doi_lists.files import TOO_LARGE, UnreadableFileError, read_file
from profiles.domain.doi_lists.reading import MAX_BYTES, MAX_DOIS, Reading, read_pasted
from profiles.domain.ids import doi_url, exact_doi
from profiles.domain.work_status import Finding, Naming
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works.own_record import may_add
from profiles.pipeline.works.work_status import statuses_with_record
from profiles.web.guard import signed_in
from profiles.web.paging import page_number, pages
from profiles.web.polling import page_or_part
from profiles.web.views.works.find import ask_for_chosen, choice_context, return_context
from profiles.web.views.works.my_works import described as described_claim
from profiles.web.views.works.progress import ENDS, progress_of
from profiles.web.wording import problem_of
from profiles.web.wording_works import NAMINGS, finding_words, on_record_sentence

PAGE: Final = 100
_LAST_PAGE: Final = 2 * MAX_DOIS // PAGE


@require_http_methods(["GET", "POST"])
@signed_in
def dois(request: HttpRequest, account: Account) -> HttpResponse:
    """Take DOIs that are typed, pasted, or in a file."""
    context = {**choice_context(account), **return_context(request)}
    if request.method == "GET":
        return render(request, "web/find_dois.html", context)
    text = request.POST.get("text", "")
    try:
        reading = _reading_of(text, request.FILES.get("file"))
    except UnreadableFileError as error:
        mistake = _(str(error))
        return render(
            request, "web/find_dois.html", {**context, "mistake": mistake, "text": text}, status=400
        )
    if not reading.mentions:
        mistake = _nothing_found(reading)
        return render(
            request, "web/find_dois.html", {**context, "mistake": mistake, "text": text}, status=400
        )
    choose_works.choose_pasted(account, reading)
    if reading.cut:
        messages.warning(
            request,
            _("We took the first %(count)d works. Add the others afterwards.")
            % {"count": len(reading.mentions)},
        )
    return redirect("find_chosen")


def _reading_of(text: str, file: Any) -> Reading:
    """Read what was pasted and the file, up to the same limit.

    Raises:
        UnreadableFileError: it is too large, or the file holds no text.
    """
    if len(text) > MAX_BYTES or (file is not None and (file.size or 0) > MAX_BYTES):
        raise UnreadableFileError(TOO_LARGE)
    content = read_file(file.read()) if file is not None else ""
    return read_pasted(f"{text}\n{content}" if text.strip() else content)


def _nothing_found(reading: Reading) -> str:
    """Say why nothing can be looked up: the first thing's reason speaks for all."""
    if not reading.unused:
        return _("Paste some DOIs, or choose a file.")
    first = reading.unused[0]
    words = finding_words(choose_works.FINDINGS[first.reason].value, first.written)
    return f"{words['title']}. {words['you']}"


@require_http_methods(["GET", "POST"])
@signed_in
def chosen(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the chosen works and what is known about each; change the selection, add all, or start again."""
    number = _page(request)
    if request.method == "POST":
        return _change(request, account, number)
    context = choice_context(account)
    selection = context["selection"]
    listed = selection_selectors.page_of_works(selection, PAGE, number) if selection else []
    usable = [work for work in listed if work.finding in {"", Finding.DATACITE}]
    naming = {work.doi: Naming(work.naming) for work in usable if work.naming}
    standing, record_problem = statuses_with_record(account.orcid_id, naming)
    context |= {
        "usable": [_described(work, standing.get(work.doi), record_problem) for work in usable],
        "unusable": [_refused(work) for work in listed if work.finding not in {"", Finding.DATACITE}],
        "here": f"{reverse('find_chosen')}?page={number}",
        "checked": context["counts"]["total"] - context["counts"]["waiting"],
        "may_add": may_add(account.orcid_id),
        "record_problem": record_problem,
        "last_asked": selection_selectors.last_requested(account.orcid_id),
        **pages(number, PAGE, context["counts"]["total"]),
        **_trouble(selection),
        **return_context(request),
    }
    return page_or_part(request, context, page="web/find_chosen.html", part="web/find_chosen_list.html")


def _change(request: HttpRequest, account: Account, number: int) -> HttpResponse:
    pressed = request.POST.get("do", "")
    if pressed == "empty":
        selection_services.clear(orcid_id=account.orcid_id)
        messages.info(request, _("The list is empty again. Nothing was added."))
        return redirect("find_dois")
    selection_services.set_chosen(
        orcid_id=account.orcid_id,
        shown=request.POST.getlist("shown")[: 2 * PAGE],
        kept=request.POST.getlist("doi")[: 2 * PAGE],
    )
    if request.headers.get("HX-Request"):
        return render(request, "web/find_chosen_bar.html", {**choice_context(account), "on_list": True})
    here = f"{reverse('find_chosen')}?page={number}"
    if pressed == "add":
        return ask_for_chosen(request, account, back=here)
    target = page_number(pressed.removeprefix("page-"), _LAST_PAGE) if pressed.startswith("page-") else number
    return HttpResponseRedirect(f"{reverse('find_chosen')}?page={target}")


def _described(work: Any, standing: Any, trouble: str) -> dict[str, Any]:
    return {
        "work": work,
        "url": doi_url(work.doi),
        "names_you": NAMINGS[work.naming] if work.naming else "",
        "on_record": on_record_sentence(standing, trouble=trouble) if standing else "",
        # Which reading was taken, where it is not what was written.
        "read_from": work.written if work.written and exact_doi(work.written) != work.doi else "",
    }


def _refused(work: Any) -> dict[str, Any]:
    return {
        "work": work,
        "url": doi_url(work.doi) if work.doi else "",
        **finding_words(work.finding, work.written),
    }


def _page(request: HttpRequest) -> int:
    return page_number(request.GET.get("page") or request.POST.get("page", ""), _LAST_PAGE)


def _trouble(selection: Any) -> dict[str, Any]:
    problem = problem_of(selection.problem) if selection else None
    return {"trouble": {"title": _(problem.title), "again": selection.looks_again_at} if problem else None}


@require_GET
@signed_in
def added(request: HttpRequest, account: Account, uuid: uuids.UUID) -> HttpResponse:
    """Show the progress of works that were added together, each with its result."""
    selection = selection_selectors.selection_by_uuid(uuid)
    if selection is None or selection.orcid_id != account.orcid_id or selection.asked_at is None:
        raise Http404
    items = [_result(work, claim) for work, claim in choose_works.results_of(selection)]
    context = {
        **progress_of(items, page=request.GET.get("page", ""), here=f"{request.path}?"),
        "may_add": may_add(account.orcid_id),
        **_trouble(selection),
        **return_context(request),
    }
    return page_or_part(request, context, page="web/find_added.html", part="web/find_added_list.html")


def _result(work: Any, claim: Any) -> dict[str, Any]:
    if work.finding not in {"", Finding.DATACITE}:
        return {**_refused(work), "end": "not"}
    item = {"work": work, "url": doi_url(work.doi), "end": "moving", "claim": None}
    if claim is None:
        return {**item, "state": _("Being looked up")}
    return {**item, **described_claim(claim), "end": ENDS.get(claim.state, "moving")}

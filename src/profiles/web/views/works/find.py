"""Find works by iD, name or words; select some and add them together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.accounts.models import Account
from profiles.claims import selection_selectors
from profiles.claims.selection_services import Choice
from profiles.domain.access.return_to import safe_return
from profiles.domain.doi_lists.reading import read_pasted
from profiles.domain.ids import doi_url, parse_doi
from profiles.domain.problems import Problem
from profiles.domain.work_status import Finding, OnRecord
from profiles.infra.web.htmx import is_poll
from profiles.pipeline import datacite_time_budget
from profiles.pipeline.requests import choose_works
from profiles.pipeline.works import find_works, my_works
from profiles.pipeline.works.find_works import ListedWork, Results, SearchMode, WorkSearch
from profiles.pipeline.works.own_record import may_add
from profiles.pipeline.works.work_status import names_of
from profiles.web.guard import signed_in
from profiles.web.paging import page_number
from profiles.web.polling import page_or_part
from profiles.web.wording import problem_of, problem_title
from profiles.web.wording_works import NAMINGS, on_record_sentence

RETURN_TO: Final = "find_return_to"
_SALT: Final = "find-works-row"
WAYS: Final = {
    SearchMode.BY_ID: gettext_lazy("With my iD"),
    SearchMode.BY_NAME: gettext_lazy("By my name"),
    SearchMode.WORDS: gettext_lazy("Search"),
}
SORTS: Final = {
    "relevance": gettext_lazy("best match"),
    "-published": gettext_lazy("newest first"),
    "published": gettext_lazy("oldest first"),
    "title": gettext_lazy("title"),
}


_OPTION_OF: Final[dict[str, Callable[[ListedWork], tuple[str, str]]]] = {
    # DataCite's filter writes "Journal Article" as journal-article.
    "resourceTypes": lambda work: (work.kind.replace(" ", "-").lower(), work.kind),
    "published": lambda work: (work.year, work.year),
    "clients": lambda work: (work.repository, work.repository),
}


@require_GET
@signed_in
def find(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the results, or say why there are none and poll again."""
    _store_return_to(request)
    wanted = search_from(request.GET)
    seconds = (
        datacite_time_budget.BACKGROUND_SECONDS if is_poll(request) else datacite_time_budget.PAGE_SECONDS
    )
    results = find_works.find(account, wanted, seconds=seconds)
    works = [described(work, trouble=results.record_problem) for work in results.works]
    context = {
        "wanted": wanted,
        "ways": [(way.value, WAYS[way], _address(WorkSearch(way))) for way in SearchMode],
        "sorts": SORTS.items(),
        "results": results,
        "trouble": _(results.problem.title) if results.problem else "",
        "works": works,
        **_addable(account, wanted, results, works),
        "names": names_of(account),
        "wanted_doi": parse_doi(wanted.text) if wanted.way is SearchMode.WORDS else None,
        "missing": _missing_words(results.missing),
        "may_add": may_add(account.orcid_id),
        "here": _address(wanted),
        **choice_context(account),
        **_filters(results, wanted),
        **return_context(request),
    }
    return page_or_part(request, context, page="web/find.html", part="web/find_results.html")


def _addable(
    account: Account, wanted: WorkSearch, results: Results, works: list[dict[str, Any]]
) -> dict[str, int]:
    """Return how many works can be added: of all that were found where that is known, or on this page."""
    on_page = sum(work["can_be_chosen"] for work in works)
    if results.pages <= 1:
        return {"addable": on_page}
    if wanted.way is SearchMode.BY_ID and not (wanted.kind or wanted.year or wanted.repository):
        return {"addable": max(results.total - my_works.count_settled(account.orcid_id), on_page)}
    return {"addable_on_page": on_page}


def _missing_words(missing: Problem | None) -> dict[str, str] | None:
    return {"title": _(missing.title), "you": _(missing.you)} if missing else None


def search_from(params: Any) -> WorkSearch:
    """Parse the search of a request; ignore invalid parameters."""
    way, year = params.get("by", ""), params.get("year", "").strip()[:4]
    text = params.get("text", "").strip()[:500]
    return WorkSearch(
        way=SearchMode(way) if way in set(SearchMode) else SearchMode.WORDS if text else SearchMode.BY_ID,
        text=text,
        kind=params.get("type", "")[:60],
        year=year if year.isdecimal() else "",
        repository=params.get("repository", "").strip().lower()[:60],
        sort=params.get("sort", "") if params.get("sort", "") in SORTS else "",
        page=page_number(params.get("page", ""), find_works.LAST_PAGE),
    )


def _address(wanted: WorkSearch) -> str:
    """Return the address of this search."""
    parts = {
        "by": wanted.way.value,
        "text": wanted.text if wanted.way is SearchMode.WORDS else "",
        "type": wanted.kind,
        "year": wanted.year,
        "repository": wanted.repository,
        "sort": wanted.sort,
        "page": wanted.page if wanted.page > 1 else "",
    }
    return f"{reverse('find')}?{urlencode({name: value for name, value in parts.items() if value})}"


def described(work: ListedWork, *, trouble: str = "") -> dict[str, Any]:
    """Describe a found work for pages; ``row`` returns the shown data when the work is chosen."""
    standing = work.standing
    is_there = standing.on_record is OnRecord.DATACITE
    problem = problem_of(standing.problem)
    return {
        "work": work,
        "url": doi_url(work.doi),
        "names_you": NAMINGS[standing.naming.value],
        "on_record": on_record_sentence(standing, trouble=trouble),
        "problem": problem_title(problem) if problem else "",
        "can_be_chosen": not is_there and not standing.is_on_its_way,
        "row": signing.dumps(
            [work.doi, work.title, work.year, work.kind, work.publisher, standing.naming.value],
            salt=_SALT,
            compress=True,
        ),
    }


def _filters(results: Results, wanted: WorkSearch) -> dict[str, Any]:
    """Return filter options from the facets, or from the works on this page where facets are missing."""
    chosen = {"resourceTypes": wanted.kind, "published": wanted.year, "clients": wanted.repository}
    offered = {
        name: [(facet.id, f"{facet.title} ({facet.count})") for facet in results.facets.get(name, ())]
        for name in chosen
    }
    for name in chosen:
        if not results.facets.get(name):
            offered[name] = sorted({_OPTION_OF[name](work) for work in results.works} - {("", "")})
    for name, value in chosen.items():
        if value and value not in dict(offered[name]):
            offered[name].insert(0, (value, value))
    return {
        "kinds": offered["resourceTypes"],
        "years": offered["published"],
        "repositories": offered["clients"],
        "is_narrowed": any(chosen.values()),
    }


def choice_context(account: Account) -> dict[str, Any]:
    """Return the open selection and its counts."""
    selection = selection_selectors.open_selection_of(account.orcid_id)
    counts = (
        selection_selectors.counts_of(selection)
        if selection
        else {"total": 0, "chosen": 0, "waiting": 0, "refused": 0}
    )
    return {"selection": selection, "counts": counts}


@require_POST
@signed_in
def choose(request: HttpRequest, account: Account) -> HttpResponse:
    """Store the ticked works, then do what was pressed: add, turn the page, or search again."""
    pressed = request.POST.get("do", "")
    shown = [choice for row in request.POST.getlist("row")[:100] if (choice := _choice(row)) is not None]
    ticked = {choice.doi for choice in shown} if pressed == "all" else set(request.POST.getlist("doi"))
    choose_works.choose(
        account,
        [choice for choice in shown if choice.doi in ticked],
        deselected=[choice.doi for choice in shown if choice.doi not in ticked],
    )
    if request.headers.get("HX-Request"):
        return render(request, "web/find_chosen_bar.html", choice_context(account))
    if pressed == "add":
        return ask_for_chosen(request, account, back=_address(search_from(request.POST)))
    if pressed == "look-up":
        choose_works.choose_pasted(account, read_pasted(request.POST.get("text", "")))
        return redirect("find_chosen")
    if pressed == "see":
        return redirect("find_chosen")
    wanted = search_from(request.POST)
    if pressed == "search":
        return HttpResponseRedirect(_address(replace(wanted, page=1)))
    if pressed.startswith("page-"):
        wanted = replace(wanted, page=page_number(pressed.removeprefix("page-"), find_works.LAST_PAGE))
    return HttpResponseRedirect(_address(wanted))


def _choice(row: str) -> Choice | None:
    """Return the choice in a signed row of our page; None if the signature is wrong."""
    try:
        doi, title, year, kind, publisher, naming = signing.loads(row, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Choice(
        doi,
        finding=Finding.DATACITE.value,
        title=title,
        year=year,
        kind=kind,
        publisher=publisher,
        naming=naming,
    )


def ask_for_chosen(request: HttpRequest, account: Account, *, back: str) -> HttpResponse:
    """Request all chosen works, and show the progress."""
    context = choice_context(account)
    selection = context["selection"]
    if selection is None or not context["counts"]["chosen"]:
        return _nothing_to_add(request, context["counts"], back=back)
    choose_works.request_all(selection)
    return redirect("find_added", selection.uuid)


def _nothing_to_add(request: HttpRequest, counts: dict[str, int], *, back: str) -> HttpResponse:
    """Say that nothing is chosen, or that all that was chosen is refused, and show why."""
    if counts["total"] and counts["refused"] == counts["total"]:
        text = ngettext(
            "This DOI cannot be added. See below why.",
            "None of these %(count)d DOIs can be added. See below why.",
            counts["total"],
        )
        messages.warning(request, text % {"count": counts["total"]})
        return redirect("find_chosen")
    messages.warning(request, _("Nothing is chosen yet. Tick the works that are yours."))
    return HttpResponseRedirect(back)


def _store_return_to(request: HttpRequest) -> None:
    """Store the return address of an allowed site in the session."""
    target = request.GET.get("return_to")
    if target:
        env = settings.ENVIRONMENT
        # ORCID's wizard sends people here, so ORCID needs no entry in the deployment's list.
        hosts = [*return_hosts(), urlsplit(env.ORCID_URL).netloc]
        request.session[RETURN_TO] = safe_return(target, hosts=hosts, own=env.PROFILES_URL)


def return_context(request: HttpRequest) -> dict[str, str]:
    """Return the address and host of the way back."""
    target = request.session.get(RETURN_TO) or ""
    host = urlsplit(target).hostname or settings.ENVIRONMENT.SITE_TITLE if target else ""
    return {"return_to": target, "return_host": host}

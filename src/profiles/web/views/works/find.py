"""Find works: one page with one list, whose works come from a search or from what the person pasted.

Ticks are stored as they are made, or with the button that leaves the page, so no search, outage or sign-out
loses them. Everything that can be pressed on the page is a ``do`` of one form.
"""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.accounts.models import Account
from profiles.claims import selection_selectors, selection_services
from profiles.clients.errors import ServiceError
from profiles.domain.access.return_to import safe_return
from profiles.domain.doi_lists.files import TOO_LARGE, UnreadableFileError, read_file
from profiles.domain.doi_lists.reading import MAX_BYTES, Reading, read_pasted
from profiles.pipeline.requests import backfill, choose_works
from profiles.pipeline.works import find_works
from profiles.pipeline.works.find_works import SearchMode, WorkSearch
from profiles.web.guard import signed_in
from profiles.web.paging import page_number
from profiles.web.polling import page_or_part, seconds_for_datacite
from profiles.web.views.works import find_lists
from profiles.web.views.works.find_rows import read_signed
from profiles.web.wording_works import finding_words

RETURN_TO: Final = "find_return_to"
_MAX_ROWS: Final = 200
"""More rows than any page has."""


@require_http_methods(["GET", "POST"])
@signed_in
def find(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the works of one source; store ticks, and do what was pressed."""
    if request.method == "POST":
        return _act(request, account)
    _store_return_to(request)
    return _show(request, account, search_from(request.GET))


def _show(
    request: HttpRequest, account: Account, wanted: WorkSearch, *, mistake: str = "", text: str = ""
) -> HttpResponse:
    context = {
        **find_lists.context_of(account, wanted, seconds=seconds_for_datacite(request)),
        **return_context(request),
        "mistake": mistake,
        "text": text or wanted.text,
    }
    response = page_or_part(request, context, page="web/find.html", part="web/find_list.html")
    response.status_code = 400 if mistake else 200
    return response


def search_from(params: Any) -> WorkSearch:
    """Parse the search of a request; ignore invalid parameters."""
    by, year = params.get("by", ""), params.get("year", "").strip()[:4]
    text = params.get("text", "").strip()[:500]
    way = SearchMode(by) if by in set(SearchMode) else SearchMode.WORDS if text else SearchMode.BY_ID
    sort = params.get("sort", "")
    return WorkSearch(
        way=way,
        text=text if way is SearchMode.WORDS else "",
        kind=params.get("type", "")[:60],
        year=year if year.isdecimal() else "",
        repository=params.get("repository", "").strip().lower()[:60],
        sort=sort if sort in find_lists.SORTS else "",
        page=page_number(params.get("page", ""), find_works.LAST_PAGE),
    )


def _act(request: HttpRequest, account: Account) -> HttpResponse:
    """Store the ticks of the page, then do what was pressed."""
    pressed = request.POST.get("do", "search")
    _store_ticks(request, account, all_of_page=pressed == "all")
    if request.headers.get("HX-Request"):
        counted = selection_selectors.open_selection(account.orcid_id)
        return render(request, "web/find_bar.html", {"counted": counted})
    wanted = search_from(request.POST)
    if pressed in {"search", "look-up"}:
        return _search(request, account, wanted, as_list=pressed == "look-up")
    if pressed == "add":
        return _add_chosen(request, account, back=wanted)
    if pressed == "empty":
        selection_services.clear(orcid_id=account.orcid_id)
        messages.info(request, _("The list is empty again. Nothing was added."))
    elif pressed == "clear":
        selection_services.deselect_all(orcid_id=account.orcid_id)
    elif pressed in _CHOOSING:
        wanted = _choose_found(request, account, wanted, pressed)
    elif pressed.startswith("page-"):
        wanted = replace(wanted, page=page_number(pressed.removeprefix("page-"), find_works.LAST_PAGE))
    elif pressed == "show":
        wanted = replace(wanted, page=1)
    return HttpResponseRedirect(find_lists.address(wanted))


def _store_ticks(request: HttpRequest, account: Account, *, all_of_page: bool) -> None:
    """Store what is ticked on the page: ``row`` are works of a search, ``shown`` works of the list."""
    ticked = set(request.POST.getlist("doi")[:_MAX_ROWS])
    found = [choice for row in request.POST.getlist("row")[:_MAX_ROWS] if (choice := read_signed(row))]
    if found:
        chosen = [choice for choice in found if all_of_page or choice.doi in ticked]
        deselected = {choice.doi for choice in found} - {choice.doi for choice in chosen}
        choose_works.choose(account, chosen, deselected=deselected)
    if shown := request.POST.getlist("shown")[:_MAX_ROWS]:
        kept = shown if all_of_page else ticked
        selection_services.set_chosen(orcid_id=account.orcid_id, shown=shown, kept=kept)


def _search(request: HttpRequest, account: Account, wanted: WorkSearch, *, as_list: bool) -> HttpResponse:
    """Search for words or one DOI; look up a list of DOIs, pasted or in a file."""
    text, file = request.POST.get("text", ""), request.FILES.get("file")
    is_on_list = as_list or file is not None or wanted.way is SearchMode.OWN_LIST
    if not text.strip() and not is_on_list:
        return HttpResponseRedirect(find_lists.address(replace(wanted, page=1)))
    own_list = WorkSearch(SearchMode.OWN_LIST)
    try:
        reading = _reading_of(text, file)
    except UnreadableFileError as error:
        return _show(request, account, own_list, mistake=_(str(error)), text=text)
    is_list = len(reading.mentions) > 1 or (reading.mentions and "\n" in text.strip())
    if not is_on_list and not is_list:
        words = WorkSearch(SearchMode.WORDS, text.strip()[:500])
        return HttpResponseRedirect(find_lists.address(words))
    if not reading.mentions:
        return _show(request, account, own_list, mistake=_nothing_read(reading), text=text)
    choose_works.choose_pasted(account, reading)
    if reading.cut:
        sentence = _("We took the first %(count)d works. Add the others afterwards.")
        messages.warning(request, sentence % {"count": len(reading.mentions)})
    return HttpResponseRedirect(find_lists.address(own_list))


def _reading_of(text: str, file: Any) -> Reading:
    """Read what was pasted and the file, up to the same limit.

    Raises:
        UnreadableFileError: it is too large, or the file holds no text.
    """
    if len(text) > MAX_BYTES or (file is not None and (file.size or 0) > MAX_BYTES):
        raise UnreadableFileError(TOO_LARGE)
    content = read_file(file.read()) if file is not None else ""
    return read_pasted(f"{text}\n{content}" if text.strip() else content)


def _nothing_read(reading: Reading) -> str:
    """Say why nothing can be looked up: the first thing's reason speaks for all."""
    if not reading.unused:
        return _("Paste some DOIs, or choose a file.")
    first = reading.unused[0]
    words = finding_words(choose_works.FINDINGS[first.reason].value, first.written)
    return f"{words['title']}. {words['you']}"


_CHOOSING: Final = frozenset({"all-found", "none-found", "all-but"})


def _choose_found(request: HttpRequest, account: Account, wanted: WorkSearch, pressed: str) -> WorkSearch:
    """Choose all works that a search finds on all its pages, none of them, or all but them.

    Return the search to show afterwards.
    """
    is_all_but = pressed == "all-but" and wanted.is_filtered
    try:
        if pressed == "none-found":
            choose_works.deselect_found(account, wanted)
            return wanted
        choose = choose_works.choose_all_but if is_all_but else choose_works.choose_found
        together = choose(account, wanted)
    except ServiceError as error:
        messages.warning(request, f"{_(error.entry.title)}. {_('What you have chosen is kept.')}")
        return wanted
    if together.passed_over:
        sentence = ngettext(
            "%(count)d work is not chosen: Auto-Update leaves it out, it is on your record from another "
            "source, or you removed it. Tick it if you want it added.",
            "%(count)d works are not chosen: Auto-Update leaves them out, they are on your record from "
            "another source, or you removed them. Tick those that you want added.",
            together.passed_over,
        )
        messages.info(request, sentence % {"count": together.passed_over})
    return wanted.without_filters() if is_all_but else wanted


def _add_chosen(request: HttpRequest, account: Account, *, back: WorkSearch) -> HttpResponse:
    """Request all chosen works, and show the progress; or say why there is nothing to add."""
    counted = selection_selectors.open_selection(account.orcid_id)
    if counted.selection is not None and counted.chosen:
        choose_works.request_all(counted.selection)
        return redirect("find_added", counted.selection.uuid)
    if counted.total and counted.refused == counted.total:
        text = ngettext(
            "This DOI cannot be added. See below why.",
            "None of these %(count)d DOIs can be added. See below why.",
            counted.total,
        )
        messages.warning(request, text % {"count": counted.total})
        return HttpResponseRedirect(find_lists.address(WorkSearch(SearchMode.OWN_LIST)))
    messages.warning(request, _("Nothing is chosen yet. Tick the works that are yours."))
    return HttpResponseRedirect(find_lists.address(back))


@require_GET
@signed_in
def count(request: HttpRequest, account: Account) -> HttpResponse:
    """Show in one line how many works name the person; Settings loads it after the page."""
    try:
        number: int | None = backfill.count_works_naming(account.orcid_id)
    except ServiceError:
        number = None
    return render(request, "web/find_count.html", {"found": number})


@require_GET
@signed_in
def old_address(_request: HttpRequest, _account: Account, way: SearchMode) -> HttpResponse:
    """Lead from an address of former pages to the same works on this page."""
    return HttpResponseRedirect(find_lists.address(WorkSearch(way)))


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

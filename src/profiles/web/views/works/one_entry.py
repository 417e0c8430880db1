"""One entry for one work: how many entries become one, which stays, and the way back."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.claims.bulk_acts.single_entries import ALL_WORKS, choices_of
from profiles.domain.eligibility.entries import WorkEntries
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.intake import selectors as intake
from profiles.pipeline.requests import single_entries
from profiles.pipeline.requests.single_entries import CHOICES
from profiles.web.guard import signed_in
from profiles.web.paging import page_number, pages

PAGE_SIZE: Final = 25
KEPT: Final = {
    Versions.NEWEST_ONLY: gettext_lazy("The newest version"),
    Versions.CONCEPT_ONLY: gettext_lazy("The DOI of all versions together"),
}


@require_http_methods(["GET", "POST"])
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """List the works with several entries; make one of them, or end a choice."""
    if request.method == "POST":
        return _change(request, account)
    works = single_entries.with_many_entries(account.orcid_id)
    number = page_number(request.GET.get("page", ""), max(1, -(-len(works) // PAGE_SIZE)))
    rows = list(choices_of(account.orcid_id)[:PAGE_SIZE])
    titles = intake.titles(row.work for row in rows)
    choices = [
        {"work": row.work, "kept": KEPT[Versions(row.keep)], **intake.named(titles, row.work)} for row in rows
    ]
    context = {
        "works": [_row(work) for work in works[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]],
        "entries": sum(len(work.entries) for work in works),
        "kept": {choice.value: words for choice, words in KEPT.items()},
        "choices": choices,
        "acts": single_entries.acts_to_undo(account.orcid_id),
        "days": single_entries.at_most_days(),
        **pages(number, PAGE_SIZE, len(works)),
        "total": len(works),
    }
    return render(request, "web/one_entry.html", context)


def _row(work: WorkEntries) -> dict[str, Any]:
    return {"work": work.work, "newest": work.newest, "entries": work.entries, "count": len(work.entries)}


def _change(request: HttpRequest, account: Account) -> HttpResponse:
    work = request.POST.get("work", ALL_WORKS)
    if request.POST.get("do") == "stop":
        single_entries.stop(account, work=work)
        messages.success(request, _("Each version gets an entry of its own again from now on."))
    elif (keep := request.POST.get("keep", "")) in {choice.value for choice in CHOICES}:
        count = single_entries.combine(account, work=work, keep=Versions(keep))
        messages.success(request, _words(count))
    return redirect("one_entry")


def _words(count: int) -> str:
    if not count:
        return _("The other entries are taken off when the one that stays is on your record.")
    words = ngettext(
        "%(n)d entry is being taken off your ORCID record.",
        "%(n)d entries are being taken off your ORCID record.",
        count,
    )
    return words % {"n": count}

"""Show how a person's ORCID record differs from our data; nothing is changed."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.domain.ids import doi_url
from profiles.infra import clock
from profiles.intake import selectors
from profiles.pipeline import datacite_time_budget
from profiles.pipeline.works.own_record import usable_consents
from profiles.pipeline.works.reconcile import reconcile
from profiles.web.guard import signed_in
from profiles.web.wording import problem_of
from profiles.web.wording_works import DRIFT

_MIN_INTERVAL: Final = timedelta(seconds=30)


@require_http_methods(["GET", "POST"])
@signed_in
def compare(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the result of the last comparison; compare again on request."""
    last = selectors.reconciliation_of(account.orcid_id)
    if request.method == "POST":
        if last is not None and last.at > clock.now() - _MIN_INTERVAL:
            messages.info(
                request,
                _("It was compared less than half a minute ago. Please wait a little, and ask again."),
            )
            return redirect("record")
        reconcile(account.orcid_id, seconds=datacite_time_budget.PAGE_SECONDS)
        now = selectors.reconciliation_of(account.orcid_id)
        if now is not None and not now.problem:
            messages.info(request, _("Your ORCID record was compared with what we know of it."))
        return redirect("record")
    problem = problem_of(last.problem) if last else None
    context = {
        "last": last,
        "groups": groups_of(last.report) if last else [],
        "trouble": _(problem.title) if problem else "",
        "may_read": bool(usable_consents(account.orcid_id)),
    }
    return render(request, "web/record.html", context)


def groups_of(report: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Describe a report for pages, with the titles of the works."""
    titles = selectors.titles(doi for dois in report.values() for doi in dois)
    return [
        {
            **words,
            "works": [
                {"doi": doi, **selectors.named(titles, doi), "url": doi_url(doi)} for doi in report[name]
            ],
        }
        for name, words in DRIFT.items()
        if report.get(name)
    ]

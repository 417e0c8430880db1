"""Settings about confirmed works: whether others see them, and every answer with a way to change it."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.confirmations import selectors, services
from profiles.domain.confirmation import Answer
from profiles.domain.ids import doi_url
from profiles.web.guard import signed_in
from profiles.web.views.works.confirm import SAID

MAX_SHOWN: Final = 200
"""Answers on the page, the newest; the file with the person's data has all."""


@require_http_methods(["GET", "POST"])
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Show what the person said about works, and switch whether others see what they confirmed."""
    if request.method == "POST":
        on = "on" in request.POST
        services.switch(orcid_id=account.orcid_id, on=on)
        if on:
            messages.success(request, _("Others now see which works you confirmed."))
        else:
            messages.success(request, _("Others no longer see what you confirmed. It may take a minute."))
        return redirect("confirmations")
    rows = selectors.answers_of(account.orcid_id)[:MAX_SHOWN]
    context = {
        "is_on": selectors.is_on(account.orcid_id),
        "is_public": account.is_public,
        "answers": [{"row": row, "said": SAID[Answer(row.answer)], "url": doi_url(row.doi)} for row in rows],
    }
    return render(request, "settings_confirmations.html", context)

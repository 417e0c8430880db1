"""Ask a person whether a work names them: this is me, not me, or me under another iD."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.clients.errors import ServiceError
from profiles.confirmations import selectors, services
from profiles.domain.confirmation import ANSWERS, Answer
from profiles.domain.ids import doi_url, read_doi
from profiles.infra.web.htmx import is_poll
from profiles.pipeline import confirmations, datacite_time_budget, sync_clients
from profiles.pipeline.missing_dois import Ask, shown_reading
from profiles.pipeline.works.explain import record_fetcher
from profiles.web.guard import signed_in
from profiles.web.polling import seconds_for_datacite
from profiles.web.wording_types import role_name

SAID: Final = {
    Answer.MINE: gettext_lazy("You said that this is you."),
    Answer.NOT_MINE: gettext_lazy("You said that this is not you."),
    Answer.OTHER_ID: gettext_lazy("You said that this is you, under another iD or without one."),
}
_MAX_LENGTH: Final = 500


@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: HttpRequest, account: Account) -> HttpResponse:
    """Show a work with the places where it may name the person, and store their answer."""
    sent = request.POST if request.method == "POST" else request.GET
    given = sent.get("doi", "").strip()[:_MAX_LENGTH]
    if not given:
        return render(request, "web/confirm.html", {"given": ""})
    mention = read_doi(given)
    if mention is None:
        mistake = _(
            "We found no DOI in this. A DOI begins with 10. and has a slash, such as 10.5281/zenodo.17."
        )
        return render(request, "web/confirm.html", {"given": given, "mistake": mistake}, status=400)
    ask: Ask = datacite_time_budget.asking(seconds=seconds_for_datacite(request))
    try:
        doi = shown_reading(sync_clients.datacite(), mention, ask=ask)
        record = record_fetcher(sync_clients.datacite(), ask=ask)(doi)
    except ServiceError as error:
        return _unavailable(request, given, error)
    if record is None:
        mistake = _("DataCite shows no work with this DOI.")
        return render(request, "web/confirm.html", {"given": given, "mistake": mistake}, status=404)
    question = confirmations.question(account, record)
    if request.method == "POST":
        return _take(request, account, question)
    return render(request, "web/confirm.html", _context(account, question))


def _unavailable(request: HttpRequest, given: str, error: ServiceError) -> HttpResponse:
    """Say that DataCite does not answer; an open page polls again."""
    context = {
        "given": given,
        "trouble": _(error.entry.title),
        "again_in": datacite_time_budget.retry_delay(error),
        "here": f"{reverse('confirm')}?{urlencode({'doi': given})}",
    }
    # htmx swaps only successful responses.
    return render(request, "web/confirm.html", context, status=200 if is_poll(request) else 503)


def _take(request: HttpRequest, account: Account, question: confirmations.Question) -> HttpResponse:
    given = request.POST.get("answer", "")
    if given == Answer.WITHDRAWN.value:
        services.withdraw(orcid_id=account.orcid_id, doi=question.doi)
        messages.success(request, _("Your answer is taken back."))
    else:
        try:
            answer = Answer(given)
            confirmations.give(account, question, answer, field=request.POST.get("field", "")[:_MAX_LENGTH])
        except (ValueError, confirmations.AnswerRefusedError):
            mistake = _("Choose an answer; for another iD, also choose as whom the work names you.")
            context = {**_context(account, question), "wrong": mistake}
            return render(request, "web/confirm.html", context, status=400)
        messages.success(request, SAID[answer])
    return redirect(f"{reverse('confirm')}?{urlencode({'doi': question.doi})}")


def _context(account: Account, question: confirmations.Question) -> dict[str, Any]:
    current = question.current
    answer = Answer(current.answer) if current else None
    return {
        "given": question.doi,
        "question": question,
        "url": doi_url(question.doi),
        "own": [_shown(place) for place in question.places.own],
        "others": [_shown(place) for place in question.places.others],
        "answers": [each.value for each in ANSWERS],
        "current": current,
        "said": SAID[answer] if answer else "",
        "is_mine": answer is Answer.MINE,
        "is_public": account.is_public,
        "is_shown": selectors.is_on(account.orcid_id),
    }


def _shown(place: Any) -> dict[str, Any]:
    return {"place": place, "role": role_name(place.role) if place.role else _("Creator")}

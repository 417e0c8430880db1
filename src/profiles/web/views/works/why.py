"""Explain why a work is, or is not, on a record; list and answer open questions."""

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import request_limits
from profiles.accounts.models import Account
from profiles.accounts.session_facts import second_factor_given
from profiles.clients.errors import ServiceError
from profiles.domain.claim import Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import ABOUT_THE_WORK, RuleAnswer
from profiles.domain.ids import Mention, OrcidId, doi_url, exact_doi, parse_orcid_id, read_doi
from profiles.domain.problem import Problem
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.infra.web.htmx import is_poll
from profiles.infra.web.moments import day
from profiles.intake import selectors
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.confirmations import confirmed_ids
from profiles.pipeline.missing_dois import Ask, problem_of_missing, shown_reading
from profiles.pipeline.requests import answers as questions
from profiles.pipeline.works.explain import (
    Explanation,
    as_json,
    explain,
    explain_publicly,
    record_fetcher,
)
from profiles.pipeline.works.first_sentence import first_sentence, reader_of
from profiles.pipeline.works.timeline import TimelineEntry, timeline_json, timeline_of
from profiles.pipeline.works.timeline_words import decision_sentence
from profiles.web.guard import signed_in
from profiles.web.polling import page_or_part, seconds_for_datacite
from profiles.web.views.works.my_works import described
from profiles.web.views.works.rule_path import PathStep, rule_path

SHOWN_QUESTIONS: Final = 200
"""Questions on one page; one click can still answer all of them."""
_MAX_ID_LENGTH: Final = 19
RESULTS: Final = {
    "claim": gettext_lazy("By the rules, Auto-Update may add this work."),
    "update": gettext_lazy("By the rules, Auto-Update brings changes of this work to the record."),
    "skip": gettext_lazy("By the rules, Auto-Update does not add this work."),
    "ask": gettext_lazy("By the rules, Auto-Update asks the owner first."),
    "offer-removal": gettext_lazy("By the rules, this work no longer qualifies; its removal is offered."),
    "remove": gettext_lazy("By the rules, Auto-Update takes this work off the record."),
}
NOTHING_TO_CHANGE: Final = gettext_lazy("By the rules, Auto-Update changes nothing on the record now.")


@never_cache
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Explain one DOI and one iD: as a page, or as JSON."""
    wants_json = request.GET.get("format") == "json" or _prefers_json(request.headers.get("Accept", ""))
    query = {name: request.GET.get(name, "").strip()[:500] for name in ("doi", "orcid")}
    usage = request_limits.hit(request, account=request.user if isinstance(request.user, Account) else None)
    if usage.is_exceeded:
        words = _("Too many requests came from here. Please wait %(n)s seconds, then try again.")
        response = _refused(
            request, {"doi": words % {"n": usage.retry_after}}, query, wants_json=wants_json, status=429
        )
    else:
        response = _explain(request, query, wants_json=wants_json)
    request_limits.describe(response, usage)
    return response


def _explain(request: HttpRequest, query: dict[str, str], *, wants_json: bool) -> HttpResponse:
    if not query["orcid"] and isinstance(request.user, Account):
        query["orcid"] = request.user.orcid_id
    if not query["doi"] and not wants_json:
        return render(request, "web/why.html", {"given": query})
    mention, orcid_id = read_doi(query["doi"]), parse_orcid_id(query["orcid"])
    if mention is None or orcid_id is None:
        mistakes = _mistakes(mention, orcid_id)
        return _refused(request, mistakes, query, wants_json=wants_json, status=400)
    # A program asks once, and a page polls for what it lacks.
    seconds = datacite_time_budget.PAGE_SECONDS if wants_json else seconds_for_datacite(request)
    ask_datacite: Ask = datacite_time_budget.asking(seconds=seconds)
    fetch = record_fetcher(sync_clients.datacite(), ask=ask_datacite)
    try:
        doi = shown_reading(sync_clients.datacite(), mention, ask=ask_datacite)
        if _may_see_person(request, orcid_id):
            explanation = explain(doi, orcid_id, personal=True, fetch=fetch)
        else:
            explanation = explain_publicly(doi, orcid_id, fetch=fetch)
    except ServiceError as error:
        return _unavailable(request, error, query, wants_json=wants_json)
    missing = _why_missing(explanation, ask_datacite)
    # Never kept with the explanation: a mark that was withdrawn is forgotten at once.
    confirmed = confirmed_ids(explanation.doi)
    reader = reader_of(explanation, request.user)
    fact = first_sentence(explanation, reader, None if wants_json else day)
    timeline = _timeline(explanation, reader)
    if wants_json:
        answer: dict[str, Any] = {
            "answer": fact,
            "missing": missing.code if missing else None,
            "confirmed_by_their_owners": list(confirmed),
        }
        if explanation.personal:
            answer["timeline"] = timeline_json(timeline)
        return JsonResponse({**as_json(explanation), **answer})
    is_as_written = exact_doi(query["doi"]) == doi
    context: dict[str, Any] = {"given": query, "read_from": "" if is_as_written else query["doi"]}
    context |= {**_words(explanation, reader), "fact": fact, "timeline": timeline}
    context["is_confirmed"] = explanation.orcid_id in confirmed
    path = rule_path(explanation.verdict, context["rules"])
    context |= {"path": path, "ends": _end_of(path, explanation)}
    if missing:
        # Nothing was seen of the DOI: what the other rules say about it would only be guessed.
        unseen = ABOUT_THE_WORK - {explanation.verdict.rule}
        context["rules"] = [rule for rule in context["rules"] if rule["name"] not in unseen]
        context["missing"] = {"title": _(missing.title), "you": _(missing.you)}
    return page_or_part(request, context, page="web/why.html", part="web/why_result.html")


def _timeline(explanation: Explanation, reader: Reader) -> list[TimelineEntry]:
    """Return what happened to the work; no one else sees what concerns the person."""
    if reader is Reader.ANYONE:
        return []
    return timeline_of(explanation.orcid_id, explanation.doi, reader, claim=explanation.claim)


def _why_missing(explanation: Explanation, ask_datacite: Ask) -> Problem | None:
    """Return why DataCite shows no work for the DOI; None when it shows one, or does not answer."""
    if explanation.verdict.reason != "not-found":
        return None
    with suppress(ServiceError):
        problem: Problem = ask_datacite(lambda: problem_of_missing(sync_clients.datacite(), explanation.doi))
        return problem
    return None


def _unavailable(
    request: HttpRequest, error: ServiceError, query: dict[str, str], *, wants_json: bool
) -> HttpResponse:
    """Say that DataCite does not answer; an open page polls again."""
    again_in = datacite_time_budget.retry_delay(error)
    if wants_json:
        title = f"{_(error.entry.title)}. {_(error.entry.you)}"
        response = _refused(request, {"doi": title}, query, wants_json=True, status=503)
        response["Retry-After"] = str(again_in)
        return response
    context = {
        "given": query,
        "trouble": _(error.entry.title),
        "again_in": again_in,
        "here": f"{reverse('why')}?{urlencode(query)}",
    }
    response = page_or_part(request, context, page="web/why.html", part="web/why_result.html")
    # htmx swaps only successful responses.
    response.status_code = 200 if is_poll(request) else 503
    return response


def _prefers_json(accepted: str) -> bool:
    return "json" in accepted and "text/html" not in accepted


def _mistakes(mention: Mention | None, orcid_id: OrcidId | None) -> dict[str, str]:
    mistakes = {}
    if mention is None:
        mistakes["doi"] = _(
            "We found no DOI in this. A DOI begins with 10. and has a slash, such as 10.5281/zenodo.17."
        )
    if orcid_id is None:
        mistakes["orcid"] = _("This is not an ORCID iD: sixteen digits, the last of which checks the others.")
    return mistakes


def _refused(
    request: HttpRequest, mistakes: dict[str, str], query: dict[str, str], *, wants_json: bool, status: int
) -> HttpResponse:
    if wants_json:
        errors = [{"status": str(status), "source": field, "title": text} for field, text in mistakes.items()]
        return JsonResponse({"errors": errors}, status=status)
    return render(request, "web/why.html", {"given": query, "mistakes": mistakes}, status=status)


def _may_see_person(request: HttpRequest, orcid_id: str) -> bool:
    """Tell whether the caller owns the iD or is DataCite staff."""
    user = request.user
    is_staff = isinstance(user, Account) and user.is_staff and second_factor_given(request.session)
    return isinstance(user, Account) and (user.orcid_id == orcid_id or is_staff)


def _words(explanation: Explanation, reader: Reader) -> dict[str, Any]:
    verdict, claim = explanation.verdict, explanation.claim
    rules = [_rule(answer, reader) for answer in verdict.answers]
    return {
        "found": explanation,
        "url": doi_url(explanation.doi),
        "result": _result_sentence(explanation),
        "rules": rules,
        "decided_otherwise": _decided_otherwise(explanation, reader),
        "deciding": next((rule for rule in rules if rule["name"] == verdict.rule), None),
        "was_chosen": claim is not None and claim.origin == Origin.SEARCH_AND_LINK,
        "work": described(claim) if claim else None,
        "own": explanation.personal,
        "is_owner": reader is Reader.OWNER,
    }


def _end_of(path: list[PathStep], explanation: Explanation) -> str:
    """Return whether the path ends on the record; nothing where the reader may not know, or it is there."""
    claim = explanation.claim
    is_on_record = claim is not None and claim.put_code is not None
    if not explanation.personal or path[-1].kind != "passed":
        return "" if is_on_record or not explanation.personal else "after"
    return "passed" if is_on_record else "after"


def _result_sentence(explanation: Explanation) -> str:
    """Return what the rules say today; for a work on the record a skip means that nothing changes."""
    claim, result = explanation.claim, explanation.verdict.result.value
    is_on_record = claim is not None and claim.put_code is not None
    return str(NOTHING_TO_CHANGE if result == "skip" and is_on_record else RESULTS[result])


def _decided_otherwise(explanation: Explanation, reader: Reader) -> str:
    """Return what the last decision said, where the rules would say something else today."""
    decision, verdict = explanation.decision, explanation.verdict
    if decision is None or (decision.result, decision.reason) == (verdict.result.value, verdict.reason):
        return ""
    return decision_sentence(decision, reader)


def _rule(answer: RuleAnswer, reader: Reader) -> dict[str, Any]:
    return {
        "name": answer.rule,
        "question": _(answer.question),
        "passed": answer.passed,
        "counts": answer.counts,
        "sentence": _(reason_for(answer.reason, reader)),
        "remedy": _(answer.remedy) if answer.remedy and answer.counts else "",
        "field": answer.field,
        "value": answer.value,
        "stops": answer.counts and not answer.passed,
    }


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HttpRequest, account: Account) -> HttpResponse:
    """List the person's open questions, and take answers to one, the chosen ones, or all."""
    if request.method == "POST":
        return _answer(request, account)
    open_questions = selectors.open_questions(account.orcid_id)
    questions_shown = list(open_questions[:SHOWN_QUESTIONS])
    titles = selectors.titles(question.doi for question in questions_shown)
    shown = [
        {
            "question": question,
            **selectors.named(titles, question.doi),
            "url": doi_url(question.doi),
            "reason": _(REASONS[question.reason].sentence),
            "removing": question.result == "offer-removal",
        }
        for question in questions_shown
    ]
    total = len(questions_shown) if len(questions_shown) < SHOWN_QUESTIONS else open_questions.count()
    return render(request, "web/approve.html", {"questions": shown, "total": total})


def _answer(request: HttpRequest, account: Account) -> HttpResponse:
    single = request.POST.get("one", "")
    single_answer, _colon, number = single.partition(":")
    numbers = [number] if single else request.POST.getlist("id")
    ids = [int(i) for i in numbers if i.isascii() and i.isdigit() and len(i) <= _MAX_ID_LENGTH]
    answer = single_answer or request.POST.get("answer", "")
    if answer.endswith("-all"):
        ids = [question.pk for question in selectors.open_questions(account.orcid_id)]
    try:
        count = questions.answer(account.orcid_id, ids, yes=answer.startswith("yes"))
    except ServiceError as error:
        messages.error(request, f"{_(error.entry.title)}. {_(error.entry.you)}")
    else:
        messages.success(
            request, ngettext("%(count)d answer taken.", "%(count)d answers taken.", count) % {"count": count}
        )
    return redirect("ask")

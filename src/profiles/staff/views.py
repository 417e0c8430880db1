"""Staff pages: failed claims by problem, and the history of a person or DOI on one page."""

from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import roles
from profiles.accounts import selectors as accounts
from profiles.accounts.models import Account
from profiles.accounts.staff_access import for_staff
from profiles.claims import selectors as claims
from profiles.claims.models import Claim
from profiles.consents import selectors as consents
from profiles.domain.access.roles import Act, may
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.domain.reasons_for_readers import Reader
from profiles.infra.web.moments import day
from profiles.pipeline.works.first_sentence import first_sentence_of, name_for_staff
from profiles.pipeline.works.timeline import timeline_of
from profiles.staff import services

log = structlog.get_logger(__name__)


@require_GET
@for_staff(Act.READ_STORIES)
def stuck(request: HttpRequest, _person: Account) -> HttpResponse:
    """Show failed claims by problem, and works that people called not theirs."""
    context = {"stuck": services.count_failed(), "skips": services.skips(), "blocks": services.blocks_of()}
    return render(request, "staff/stuck.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Act.READ_STORIES)
def problem(request: HttpRequest, person: Account, code: str) -> HttpResponse:
    """Show the claims that failed with one problem, and request them again."""
    orcid_id = parse_orcid_id(request.POST.get("orcid") or request.GET.get("orcid") or "") or ""
    if request.method == "POST":
        if not may(person.role, Act.REPLAY):
            raise PermissionDenied
        dry_run = request.POST.get("act") != "yes"
        count = services.replay(problem=code, orcid_id=orcid_id, by=person.orcid_id, dry_run=dry_run)
        words = _("%(n)d claims would be sent again.") if dry_run else _("%(n)d claims are being sent again.")
        messages.info(request, words % {"n": count})
    failed = claims.failed_claims(problem=code, orcid_id=orcid_id)[:100]
    return render(
        request,
        "staff/problem.html",
        {"code": code, "claims": failed, "orcid": orcid_id, "may_replay": may(person.role, Act.REPLAY)},
    )


@require_GET
@for_staff(Act.READ_STORIES)
def story(request: HttpRequest, _person: Account) -> HttpResponse:
    """Show a person or a DOI on one page: account, permissions, claims, decisions and blocks."""
    text = request.GET.get("of", "").strip()
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)
    context: dict[str, Any] = {"of": text, "orcid_id": orcid_id, "doi": doi}
    if orcid_id:
        shown = claims.claims_of(orcid_id, limit=100)
        account = accounts.account_of(orcid_id)
        context |= {
            "account": account,
            "role_changes": roles.role_changes_of(account) if account else [],
            "consents": consents.consents_of(orcid_id),
            "receipts": consents.receipts_of(orcid_id),
            "blocks": services.blocks_of(orcid_id=orcid_id),
        }
    elif doi:
        shown = services.claims_of_doi(doi)
        context |= {"blocks": services.blocks_of(doi=doi)}
    else:
        shown = []
    context["stories"] = [_story_of(claim) for claim in shown]
    context["decisions"] = services.decisions_about(orcid_id=orcid_id or "", doi=doi or "")
    return render(request, "staff/story.html", context)


def _story_of(claim: Claim) -> dict[str, Any]:
    """Return a claim with its first sentence and timeline, as its owner reads them, in staff's voice."""
    return {
        "claim": claim,
        "fact": first_sentence_of(claim, Reader.STAFF, name=name_for_staff(claim.orcid_id), write_day=day),
        "timeline": timeline_of(claim.orcid_id, claim.doi, Reader.STAFF, claim=claim),
    }

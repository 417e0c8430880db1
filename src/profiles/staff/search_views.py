"""Search by anything: one result leads to its page, more are listed."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act
from profiles.pipeline.support.search import Findings, Hit, HitKind, search


@require_GET
@for_staff(Act.READ_STORIES)
def find(request: HttpRequest, _person: Account) -> HttpResponse:
    """Go to the one person, DOI or problem that a text means, or list what it may mean."""
    text = request.GET.get("q", "").strip()[:300]
    found = search(text)
    if len(found.hits) == 1 and not found.asked_datacite:
        return HttpResponseRedirect(_address(found.hits[0], found))
    hits = [{"hit": hit, "address": _address(hit, found)} for hit in found.hits]
    return render(request, "staff/search.html", {"text": text, "hits": hits, "found": found})


def _address(hit: Hit, found: Findings) -> str:
    query = {"until": found.day.isoformat()} if found.day else {}
    if hit.kind is HitKind.PERSON:
        address = reverse("staff_person", args=[hit.orcid_id])
    elif hit.kind is HitKind.PROBLEM:
        return reverse("staff_problem", args=[hit.code])
    elif hit.kind is HitKind.REASON:
        return reverse("staff_skips", args=[hit.code])
    else:
        address = reverse("staff_doi", args=[hit.doi])
        query |= {"person": hit.orcid_id} if hit.kind is HitKind.PAIR else {}
    return f"{address}?{urlencode(query)}" if query else address

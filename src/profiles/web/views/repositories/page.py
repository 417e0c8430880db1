"""Show the managers of a repository what they may know about its DOIs on ORCID records."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from profiles.accounts.managers import monthly_mail, repository_keys
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import Doi, doi_url
from profiles.domain.problems import CATALOGUE
from profiles.infra.mail import outbox
from profiles.intake.selectors import repositories_among
from profiles.pipeline.for_repositories.following import MetadataCorrection, corrections_of
from profiles.pipeline.works.repository_view import RepositoryView, share_of, view_of
from profiles.web.views.repositories.access import SESSION_KEY, for_managers
from profiles.web.views.repositories.wording import ADVICE

SHOWN: Final = 100
"""Corrections on the page; the file has all."""


@require_GET
@for_managers
def show(request: HttpRequest, repository: str) -> HttpResponse:
    """Show one repository."""
    return render(request, "repositories/page.html", context_of(request, repository))


def context_of(request: HttpRequest, repository: str) -> dict[str, Any]:
    """Return what the page of a repository shows."""
    view = view_of(repository)
    _kind, name = repositories_among({repository}).get(repository, ("", ""))
    corrections = corrections_of(repository)
    return {
        "repository": repository,
        "name": name or repository,
        "view": view,
        "percent": _percent(view),
        "outcomes": _outcomes(view),
        "corrections": [_shown(row) for row in corrections[:SHOWN]],
        "open_count": sum(row.changed_at is None for row in corrections),
        "is_cut": len(corrections) > SHOWN,
        "can_send": outbox.can_be_sent(),
        "addresses": monthly_mail.addresses_of(repository),
        "keys": repository_keys.keys_of(repository),
        "confirm_address": f"{settings.ENVIRONMENT.PROFILES_URL}{reverse('confirm')}",
        "by_key": SESSION_KEY in request.session,
    }


def _shown(row: MetadataCorrection) -> dict[str, Any]:
    return {"of": row, "url": doi_url(Doi(row.doi)), "advice": ADVICE[row.advice]}


def _percent(view: RepositoryView) -> int | None:
    share = share_of(view.report) if view.report else None
    return None if share is None else round(share * 100)


def _outcomes(view: RepositoryView) -> list[dict[str, Any]]:
    """Say why works are not on records: what ORCID refused, and what a rule about the metadata excluded."""
    refused = [
        {"title": _(CATALOGUE[code].title), "remedy": _(CATALOGUE[code].you), "count": count}
        for code, count in view.refused.items()
    ]
    skipped = [
        {"title": _(REASONS[code].sentence), "remedy": _translated(REASONS[code].remedy), "count": count}
        for code, count in view.skipped.items()
        if code in REASONS
    ]
    return [*refused, *skipped]


def _translated(text: str) -> str:
    return _(text) if text else ""

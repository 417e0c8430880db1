"""Home: one next step for a newcomer; status, news and what needs an answer for everyone else."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from profiles.accounts import services, signals
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.consents import orcid_clients
from profiles.consents import selectors as consents
from profiles.consents.wording import PURPOSES
from profiles.domain.auto_update import AutoUpdateState
from profiles.domain.consent import Purpose
from profiles.intake import selectors as intake
from profiles.pipeline.permissions.lost_permissions import lost_permissions
from profiles.pipeline.works.needs import needs_of, works_among
from profiles.web.charts import works_by_year
from profiles.web.guard import signed_in
from profiles.web.status_line import status_line
from profiles.web.views.account import landing
from profiles.web.views.works.my_works import described
from profiles.web.views.works.works_query import STATE_FILTERS

LATEST: Final = 5


@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Show home to a person who is signed in, and the landing page to others."""
    if not isinstance(request.user, Account):
        return landing.show(request)
    account = request.user
    held = consents.consents_of(account.orcid_id)
    latest, counts = claims.latest_with_counts(account.orcid_id, limit=LATEST)
    status = status_line(account, held)
    lost = lost_permissions(held)
    needs = needs_of(
        account,
        counts,
        lost=[(notice.since, notice) for notice in lost],
        ways_added=_ways_added(account),
    )
    context = {
        "account": account,
        "auto_update": status,
        "shows_auto_update": True,
        "lost_permissions": lost,
        "counts": counts,
        "states": _states(counts),
        "works": _with_titles(latest),
        "needs": needs,
        "works_needing": works_among(needs),
        "has_new_needs": any(need.is_new for need in needs),
        "is_newcomer": not counts.created and not counts.removed,
        "steps_done": 1 + (status.status.state is AutoUpdateState.WORKING),
        "chart": works_by_year(counts.added),
        "permissions": [PURPOSES[p] for p in orcid_clients.purposes_sharing_client(Purpose.AUTO_UPDATE)],
    }
    return render(request, "home.html", context)


def _states(counts: Any) -> list[tuple[str, str, str, int]]:
    """Return filter, state, words and number of each group of works that is not empty."""
    groups = [
        ("on", "done", counts.created),
        ("queued", "waiting", counts.queued),
        ("failed", "failed", counts.failed),
        ("removed", "deleted", counts.removed),
        ("left-out", "ignored", counts.left_out),
    ]
    return [(name, state, str(STATE_FILTERS[name]), count) for name, state, count in groups if count]


def _with_titles(latest: Sequence[Any]) -> list[dict[str, Any]]:
    titles = intake.titles(claim.doi for claim in latest) if latest else {}
    return [{**described(claim), **intake.named(titles, claim.doi)} for claim in latest]


def _ways_added(account: Account) -> list[Any]:
    answers: list[Any] = signals.settings_parts_requested.send(sender=Account, account=account)
    return [way for _receiver, part in answers for way in part.get("ways_added", ())]


@require_POST
@signed_in
def mark_as_read(_request: HttpRequest, account: Account) -> HttpResponse:
    """Mark the list of what needs the person as read."""
    services.mark_home_as_read(account_id=account.pk)
    return redirect("home")

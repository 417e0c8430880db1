"""Edit a researcher's own rules for Auto-Update, with a preview of their effect."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from profiles.accounts import services
from profiles.accounts.models import Account
from profiles.clients.errors import ServiceError
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.researcher_rules import (
    CONTRIBUTOR_ROLES,
    OTHER_OR_NO_TYPE,
    RESOURCE_TYPES,
    ResearcherRules,
    Versions,
    WhenWithdrawn,
    check_rules,
    read_rules,
    rules_json,
)
from profiles.domain.mapping.contributors import ROLES
from profiles.infra.web.languages import reading_order
from profiles.pipeline.requests import backfill
from profiles.web.charts import before_and_after
from profiles.web.guard import signed_in
from profiles.web.wording_types import role_name, type_name

VERSIONS: Final = {
    Versions.ALL_GROUPED: gettext_lazy("All of them; ORCID shows them as one group"),
    Versions.CONCEPT_ONLY: gettext_lazy("Only the DOI of all versions together"),
    Versions.NEWEST_ONLY: gettext_lazy("Only the newest version"),
}
WITHDRAWN: Final = {
    WhenWithdrawn.ASK: gettext_lazy("Ask me"),
    WhenWithdrawn.REMOVE: gettext_lazy("Remove the work from my record"),
}
_LAST: Final = frozenset({"Other", OTHER_OR_NO_TYPE})
TYPE_NAMES: Final = {OTHER_OR_NO_TYPE: gettext_lazy("No type, or one that DataCite does not know")}
RESULTS: Final = {
    "claim": gettext_lazy("added"),
    "ask": gettext_lazy("asked first"),
    "skip": gettext_lazy("not added"),
}


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the rules, preview changed ones, and save them."""
    if request.method == "GET":
        return _page(request, read_rules(account.rules))
    rules, mistakes = check_rules(_rules_from(request))
    if mistakes:
        return _page(request, rules, mistakes=mistakes, status=400)
    if "save" in request.POST:
        services.change_own(account_id=account.pk, fields={"rules": rules_json(rules)})
        messages.success(request, _("Your rules are saved. They hold from the next change on."))
        return redirect("rules")
    try:
        shown = backfill.preview(account.orcid_id, rules)
    except ServiceError as error:
        return _page(request, rules, problem=f"{_(error.entry.title)}. {_(error.entry.you)}")
    return _page(request, rules, preview=[_line(previewed) for previewed in shown])


def _rules_from(request: HttpRequest) -> dict[str, Any]:
    form = request.POST
    return {
        "versions": form.get("versions", Versions.ALL_GROUPED.value),
        "parts": "parts" in form,
        "ask_first": "ask_first" in form,
        "when_withdrawn": form.get("when_withdrawn", WhenWithdrawn.ASK.value),
        "skip_types": form.getlist("skip_types"),
        "roles": form.getlist("roles"),
        "skip_repositories": form.get("skip_repositories", "").replace(",", " ").split()[:100],
    }


def _line(previewed: backfill.RulePreview) -> dict[str, Any]:
    return {
        "work": previewed,
        "before": RESULTS.get(previewed.before.result.value, previewed.before.result.value),
        "after": RESULTS.get(previewed.after.result.value, previewed.after.result.value),
        "reason": _(REASONS[previewed.after.reason].sentence) if previewed.after.result != "claim" else "",
    }


def _in_order(names: dict[str, str]) -> dict[str, str]:
    """Sort names as their reader looks them up; "other" and "no type" come last."""
    return dict(sorted(names.items(), key=lambda pair: (pair[0] in _LAST, reading_order(pair[1]))))


def _page(request: HttpRequest, rules: ResearcherRules, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "rules": rules,
        "versions": VERSIONS,
        "withdrawn": WITHDRAWN,
        "types": _in_order({name: str(TYPE_NAMES.get(name) or type_name(name)) for name in RESOURCE_TYPES}),
        "roles": {
            role: (name, role in ROLES)
            for role, name in _in_order({role: role_name(role) for role in CONTRIBUTOR_ROLES}).items()
        },
        "repositories": " ".join(sorted(rules.skip_repositories)),
        **more,
    }
    if "preview" in more:
        works = [line["work"] for line in more["preview"]]
        context["differing"] = sum(work.differs for work in works)
        before, after = (
            [work.before.result.value for work in works],
            [work.after.result.value for work in works],
        )
        context["chart"] = before_and_after(before, after, RESULTS)
    return render(request, "web/rules.html", context, status=status)

"""Show a work as ORCID has it beside what DataCite says, with the button that sends the newer one."""

import uuid as uuids

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.pipeline.works import my_works
from profiles.pipeline.works.newer_version import ON_ITS_WAY, compare
from profiles.web.guard import signed_in
from profiles.web.views.works.my_works import described_work, own_claim


@require_GET
@signed_in
def show(request: HttpRequest, account: Account, uuid: uuids.UUID) -> HttpResponse:
    """Compare one work; the work page loads the answer after itself, as it asks ORCID and DataCite."""
    claim = own_claim(account, uuid)
    comparison = compare(claim)
    reason = comparison.reason
    sentence = "" if reason in {"", ON_ITS_WAY} else _(reason_for(reason, Reader.OWNER))
    context = {
        "work": described_work(my_works.work_of(claim)),
        "comparison": comparison,
        "is_on_its_way": reason == ON_ITS_WAY,
        "reason": sentence if not sentence or sentence.endswith(".") else f"{sentence}.",
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "newer_version_part.html" if is_part else "newer_version.html", context)

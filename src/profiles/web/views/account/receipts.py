"""Show and download the receipts of a person's permissions."""

import csv
import io
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.accounts.staff_access import audit
from profiles.consents import selectors as consents
from profiles.consents.wording import PURPOSES
from profiles.domain.consent import Purpose
from profiles.web.guard import signed_in
from profiles.web.wording import RECEIPTS, STAFF_ACTS

MAX_LOOKS: Final = 100


@require_GET
@signed_in
def show(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the receipts, latest first."""
    receipts = [
        {
            "at": receipt.at,
            "what": RECEIPTS[receipt.kind],
            "purpose": PURPOSES[Purpose(receipt.purpose)]["name"],
            "receipt": receipt,
        }
        for receipt in consents.receipts_of(account.orcid_id)
    ]
    looks = [
        {**row, "what": STAFF_ACTS.get(row["act"], row["act"])} for row in audit.everything_about(account)
    ]
    return render(request, "receipts.html", {"receipts": receipts, "looks": looks[::-1][:MAX_LOOKS]})


@require_GET
@signed_in
def download(_request: HttpRequest, account: Account, form: str) -> HttpResponse:
    """Return the receipts as a file."""
    rows = [consents.receipt_line(receipt) for receipt in consents.receipts_of(account.orcid_id)]
    if form == "json":
        response = HttpResponse(msgspec.json.encode(rows), content_type="application/json")
    elif form == "csv":
        response = HttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="my-permissions.{form}"'
    return response


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["at", "what", "purpose", "scopes", "client_id", "wording"])
    writer.writeheader()
    writer.writerows({**row, "scopes": " ".join(row["scopes"])} for row in rows)
    return text.getvalue()

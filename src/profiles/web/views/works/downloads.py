"""My works as a file: CSV in words for people, JSON with codes for programs."""

import csv
import io
import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account
from profiles.pipeline.works import my_works
from profiles.pipeline.works.my_works import WorkRow
from profiles.web.guard import signed_in
from profiles.web.views.works.my_works import described_work
from profiles.web.views.works.works_query import WorksQuery
from profiles.web.wording_types import type_name

# OWASP's list for CSV injection; leading spaces do not make a formula harmless.
_FORMULA: Final = re.compile(r"\s*[=+@|%-]|[\t\r\n]")
_UTC: Final = ZoneInfo("UTC")


@require_GET
@signed_in
def download(request: HttpRequest, account: Account, form: str) -> HttpResponse:
    """Return what is found as a file; ``zone`` is the reader's time zone, which their browser knows."""
    query = WorksQuery.of(request.GET)
    rows = my_works.list_works(account.orcid_id, query.wanted, order=query.order, size=None)
    if form == "json":
        body = msgspec.json.encode([_with_codes(row) for row in rows])
        response = HttpResponse(body, content_type="application/json")
    else:
        zone = _zone(request.GET.get("zone", ""))
        text = _csv([_in_words(row, zone) for row in rows])
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="my-works.{form}"'
    return response


def _with_codes(row: WorkRow) -> dict[str, Any]:
    return {
        "doi": row.claim.doi,
        "title": row.title,
        "type": row.kind,
        "year": row.year,
        "repository": row.repository,
        "state": row.claim.state,
        "problem": row.claim.problem,
        "source": row.claim.origin,
        "names_you": row.names_owner,
        "put_code": row.claim.put_code,
        "on_record_since": row.claim.claimed_at.isoformat() if row.claim.claimed_at else None,
        "updated": row.claim.updated_at.isoformat(),
    }


def _in_words(row: WorkRow, zone: ZoneInfo) -> dict[str, str]:
    work = described_work(row)
    reason = work["problem"]["title"] if work["problem"] else ""
    since = _moment(row.claim.claimed_at, zone)
    return {
        _("Title"): row.title,
        _("DOI"): row.claim.doi,
        _("Type"): type_name(row.kind),
        _("Year"): str(row.year or ""),
        _("Repository"): row.repository,
        _("State"): str(work["state"]),
        _("Reason"): str(reason),
        _("Source"): str(work["source"]),
        _("Names you"): str(work["names_you"]),
        _("On your ORCID record"): str(work["on_record"]),
        _("On your record since (%(zone)s)") % {"zone": zone.key}: since,
        _("Last change (%(zone)s)") % {"zone": zone.key}: _moment(row.claim.updated_at, zone),
    }


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO("\ufeff")  # Without the byte order mark Excel assumes another encoding.
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    if rows:
        writer.writerow(rows[0])
    writer.writerows([harmless(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return _UTC


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else ""


def harmless(value: str) -> str:
    """Prevent a spreadsheet from reading a title as a formula."""
    return f"'{value}" if _FORMULA.match(value) else value

"""The audit log: who of the staff looked at whom and did what; searched, and exported as CSV."""

import csv
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from profiles.accounts.models import Account, StaffAudit
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.accounts.staff_access.guard import for_staff
from profiles.domain.access.roles import Act
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.staff.person_views import day_of, narrowing, page_of

PAGE_SIZE: Final = 50
_MAX_EXPORTED: Final = 50_000
_CHUNK: Final = 1000
_COLUMNS: Final = ("at", "by", "act", "person", "doi", "count", "reason", "note")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        return text


def _matching(request: HttpRequest) -> QuerySet[StaffAudit]:
    query = request.GET
    about = query.get("about", "").strip()
    act = query.get("act", "")
    person, doi = parse_orcid_id(about) or "", parse_doi(about) or ""
    rows = audit.rows_matching(
        by=parse_orcid_id(query.get("by", "")) or query.get("by", "").strip()[:100],
        person=person,
        about=doi,
        act=act if act in set(StaffAct) else "",
    )
    until = day_of(query)
    rows = rows.filter(at__lt=until) if until else rows
    return rows.none() if about and not (person or doi) else rows


@require_GET
@for_staff(Act.READ_AUDIT)
def index(request: HttpRequest, _staff: Account) -> HttpResponse:
    """List the rows of the log that match, latest first."""
    number = max(1, page_of(request.GET))
    rows = _matching(request)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE + 1]
    lines = audit.lines(rows)
    context = {
        "lines": lines[:PAGE_SIZE],
        "has_more": len(lines) > PAGE_SIZE,
        "acts": list(StaffAct),
        "given": {name: request.GET.get(name, "") for name in ("by", "about", "act", "until")},
        "query": request.GET.urlencode(),
        **narrowing(request.GET, number),
    }
    return render(request, "staff/audit.html", context)


@require_GET
@for_staff(Act.READ_AUDIT)
def export(request: HttpRequest, staff: Account) -> StreamingHttpResponse:
    """Return the rows that match as CSV, and write down that they were exported."""
    rows = _matching(request)
    audit.write(StaffAct.EXPORTED_AUDIT, by=staff, count=min(rows.count(), _MAX_EXPORTED))
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _csv(rows: QuerySet[StaffAudit]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(_COLUMNS)
    for start in range(0, _MAX_EXPORTED, _CHUNK):
        lines = audit.lines(rows[start : start + _CHUNK])
        for line in lines:
            yield writer.writerow([_harmless(value) for value in _values(line)])
        if len(lines) < _CHUNK:
            return


def _values(line: audit.AuditLine) -> tuple[Any, ...]:
    row = line.row
    doi = row.about if row.about.startswith("10.") else ""
    return (row.at.isoformat(), line.by, row.act, line.person, doi, row.count, row.reason, row.note)


def _harmless(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

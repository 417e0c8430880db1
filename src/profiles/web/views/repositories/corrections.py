"""The corrections of a repository as a file."""

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from profiles.pipeline.for_repositories.following import MetadataCorrection, corrections_of
from profiles.web.views.repositories.access import for_managers
from profiles.web.views.repositories.wording import ADVICE
from profiles.web.views.works.downloads import harmless


@require_GET
@for_managers
def download(_request: HttpRequest, repository: str) -> HttpResponse:
    """Return all corrections as CSV; programs read the field's path and the reason's code."""
    text = io.StringIO("\ufeff")  # Without the byte order mark Excel assumes another encoding.
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(
        [_("DOI"), _("Field"), _("Name"), _("Old value"), _("New value"), _("Code"), _("What to do"),
         _("State"), _("Open since"), _("Changed on")]
    )  # fmt: skip
    writer.writerows([harmless(value) for value in _row(row)] for row in corrections_of(repository))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{repository}-corrections.csv"'
    return response


def _row(row: MetadataCorrection) -> list[str]:
    changed = f"{row.changed_at:%Y-%m-%d}" if row.changed_at else ""
    state = _("changed") if row.changed_at else _("open")
    words = str(ADVICE[row.advice])
    return [row.doi, row.field, row.name, row.old, row.new, row.advice.value, words, state,
            f"{row.since:%Y-%m-%d}", changed]  # fmt: skip

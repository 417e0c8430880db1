"""Load who is enrolled and which DOIs are stored: records that concern no one are left out with these."""

from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Count, Max

from profiles.accounts.models import Account
from profiles.domain.matching.enrolled import EnrolledIds, SeenDois, Watch
from profiles.intake.models import DoiSnapshot

_CHUNK: Final = 50_000


def load_watch() -> Watch:
    """Load who is enrolled and which DOIs are stored, to filter records without the database."""
    people = Account.objects.filter(auto_update_since__isnull=False, closed_at=None, is_active=True)
    enrolled = EnrolledIds(people.values_list("orcid_id", flat=True).iterator(chunk_size=_CHUNK))
    dois = DoiSnapshot.objects.values_list("doi", flat=True)
    seen = SeenDois(_estimated_rows(DoiSnapshot._meta.db_table) * 2)  # noqa: SLF001  Django's documented way
    for doi in dois.iterator(chunk_size=_CHUNK):
        seen.add(doi)
    return Watch(enrolled, seen)


def enrolment_mark() -> tuple[int, datetime | None]:
    """Return a value that changes when people switch Auto-Update on or off."""
    people = Account.objects.filter(auto_update_since__isnull=False)
    found = people.aggregate(count=Count("id"), last=Max("auto_update_since"))
    return found["count"], found["last"]


def _estimated_rows(table: str) -> int:
    """Return PostgreSQL's estimate of the number of rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])

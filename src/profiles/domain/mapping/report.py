"""Report how a record is mapped, as a line of JSON or as readable text."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from profiles.domain.mapping.findings import DroppedValue, Refusal
from profiles.domain.mapping.orcid_work import Contributor, ExternalId, OrcidWork
from profiles.domain.mapping.works import map_work
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record

BROKEN_RECORD: Final = "broken-record"
_WIDTH: Final = 100
_PEOPLE: Final = 10


class Report(msgspec.Struct, frozen=True):
    """The result for one record: the work in ORCID's JSON or why there is none, and what was left out."""

    doi: str | None
    work: OrcidWork | None
    refused: Refusal | None
    dropped: list[DroppedValue]


_encode: Final = msgspec.json.Encoder().encode


def report(raw: bytes | dict[str, Any], owner: str | None = None) -> Report:
    """Map one record, for an owner's record if one is named.

    A record that cannot be read is reported as refused, with a code.
    """
    try:
        record = read_doi_record(raw)
    except BrokenRecordError as error:
        return Report(None, None, Refusal(BROKEN_RECORD, error.field, error.message), [])
    mapped = map_work(record, owner=owner)
    return Report(record.doi, mapped.work, mapped.refused, mapped.dropped)


def as_json(found: Report) -> bytes:
    """Return one line: ``{"doi", "work", "refused", "dropped"}``."""
    return _encode(found)


def as_text(found: Report) -> str:
    """Return readable text: the work field by field, then what was left out."""
    return "\n".join(_lines(found))


def _lines(found: Report) -> Iterator[str]:
    yield found.doi or "(no DOI)"
    if found.refused:
        yield f"  refused ({found.refused.code}, {found.refused.field}): {found.refused.message}"
    if found.work:
        yield from (f"  {name:<12} {_short(value)}" for name, value in _fields(found.work) if value)
    if found.dropped:
        yield "  not sent, or not as it was:"
        yield from (f"    {d.field}: {_short(d.value)}\n      {d.reason}" for d in found.dropped)


def _fields(work: OrcidWork) -> Iterator[tuple[str, str]]:
    title = work.title
    yield "title", title.title.value
    yield "subtitle", title.subtitle.value if title.subtitle else ""
    if title.translated_title:
        yield "translated", f"{title.translated_title.value} [{title.translated_title.language_code}]"
    yield "type", work.type
    yield "appeared in", work.journal_title.value if work.journal_title else ""
    yield "date", _date(work)
    yield "language", work.language_code or ""
    yield "description", work.short_description or ""
    yield "address", work.url.value if work.url else ""
    yield from (("identifier", _identifier(one)) for one in work.external_ids.external_id)
    people = work.contributors.contributor if work.contributors else ()
    yield from (("contributor", _person(one)) for one in people[:_PEOPLE])
    if len(people) > _PEOPLE:
        yield "", f"and {len(people) - _PEOPLE} more"


def _date(work: OrcidWork) -> str:
    date = work.publication_date
    return "-".join(part.value for part in (date.year, date.month, date.day) if part) if date else ""


def _identifier(one: ExternalId) -> str:
    return f"{one.external_id_relationship} {one.external_id_type} {one.external_id_value}"


def _person(one: Contributor) -> str:
    orcid = f" {one.contributor_orcid.path}" if one.contributor_orcid else ""
    attributes = one.contributor_attributes
    role = (attributes.contributor_role or "").rstrip("/").rpartition("/")[2] if attributes else ""
    return f"{one.credit_name.value}{orcid} ({role})"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"

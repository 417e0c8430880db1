"""When a work appeared: which of the dates, and what its text means."""

import re
from calendar import monthrange
from typing import Final

from profiles.domain.mapping.findings import Dropped, note
from profiles.domain.mapping.orcid_work import PublicationDate, Value
from profiles.domain.records.doi_record import DoiRecord

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
"""ORCID's schema takes no other years (contract 2.3)."""
BEFORE_THE_YEAR: Final = ("Issued", "Available")
"""DataCite's dates of publication, in the order in which they count; then its ``publicationYear`` counts."""
AFTER_THE_YEAR: Final = ("Copyrighted", "Accepted", "Submitted", "Created")
"""Used only where a record says in no other way when it appeared."""

Parts = tuple[int, int | None, int | None]

_FORMS: Final = (
    # 2019, 2019-07, 2019-07-04, 2019-7-4, 20190704, with or without a time of day
    re.compile(r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?)?(?:[T ]\d.*|Z)?", re.ASCII),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T.*)?", re.ASCII),
    # 04.07.2019: dots put the day first. 04/07/2019 may be April or July, so only its year is sure.
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})", re.ASCII),
    re.compile(r"\d{1,2}/\d{1,2}/(?P<y>\d{4})", re.ASCII),
    # 4 July 2019, July 4, 2019, Jul. 2019
    re.compile(r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s)?(?P<name>[A-Za-z]{3,9})\.?,?\s(?P<y>\d{4})", re.ASCII),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>\d{4})", re.ASCII),
    # [2019], c2019, ©2019, 2019-2021, 2019-
    re.compile(
        r"\[?(?:c|©|cop\.)?\s?(?P<y>\d{4})\]?(?:\s?[-–—]\s?(?:\d{4}|\d{2})?)?", re.ASCII | re.IGNORECASE
    ),
)
_NUMBERS: Final = re.compile(r"\d{4}-(\d\d)(?:-(\d\d))?(?!\d)", re.ASCII)
_LONGEST: Final = 60
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
_RANGE: Final = re.compile(r"\s*/\s*(?=\d{4}|\.\.|$|\()|\s+(?:to|bis|until|–|-)\s+")


def publication_date(record: DoiRecord, dropped: list[Dropped]) -> PublicationDate | None:
    """Choose the date of publication: Issued, else Available, else the publication year, else a weaker one.

    Of several dates of one kind (print and online, or an embargo) the one in the publication year counts,
    and the most exact of those.
    """
    year = read_date(str(record.publication_year or ""))
    for kind in BEFORE_THE_YEAR:
        found = _best(record, kind, year[0] if year else None, dropped)
        if found:
            return _as_sent(found)
    if year:
        return _checked(year, "publicationYear", str(record.publication_year), dropped)
    if record.publication_year:
        note(dropped, "publicationYear", record.publication_year, "is no year")
    for kind in AFTER_THE_YEAR:
        found = _best(record, kind, None, dropped)
        if found:
            return _as_sent(found)
    return None


def _best(record: DoiRecord, kind: str, year: int | None, dropped: list[Dropped]) -> Parts | None:
    candidates: list[tuple[bool, int, Parts]] = []
    for given in record.dates or ():
        if given.date_type != kind or not given.date or not given.date.strip():
            continue
        parts = read_date(given.date)
        if parts is None:
            note(dropped, f"dates.{kind}", given.date, "cannot be read as a date")
        elif not FIRST_YEAR <= parts[0] <= LAST_YEAR:
            note(dropped, f"dates.{kind}", given.date, _outside(parts[0]))
        else:
            exact = (parts[1] is not None) + (parts[2] is not None)
            if (
                parts[2] is None
                and (named := _NUMBERS.match(given.date.strip()))
                and (named.lastindex or 0) > exact
            ):
                note(dropped, f"dates.{kind}", given.date, "the calendar has no such day")
            candidates.append((parts[0] == year, exact, parts))
    return max(candidates, key=lambda one: one[:2])[2] if candidates else None


def _outside(year: int) -> str:
    hint = "; perhaps of the Buddhist calendar" if 2440 <= year <= 2643 else ""  # noqa: PLR2004  1897 to 2100
    return f"ORCID takes years from {FIRST_YEAR} to {LAST_YEAR}{hint}"


def _checked(parts: Parts, field: str, given: str, dropped: list[Dropped]) -> PublicationDate | None:
    if FIRST_YEAR <= parts[0] <= LAST_YEAR:
        return _as_sent(parts)
    note(dropped, field, given, _outside(parts[0]))
    return None


def _as_sent(parts: Parts) -> PublicationDate:
    """Write a date with leading zeros: ORCID's schema takes ``1``, its code refuses it (contract 2.5)."""
    year, month, day = parts
    return PublicationDate(
        Value(f"{year:04d}"),
        Value(f"{month:02d}") if month else None,
        Value(f"{day:02d}") if month and day else None,
    )


def read_date(text: str) -> Parts | None:
    """Read a date, or the beginning of a range; months and days that the calendar lacks are left out."""
    whole = text.strip()
    if len(whole) > _LONGEST:
        return None
    begin = _RANGE.split(whole, maxsplit=1)[0].strip()
    for candidate in (whole,) if begin == whole else (whole, begin):
        found = next((found for form in _FORMS if (found := form.fullmatch(candidate))), None)
        if found:
            named = found.groupdict()
            month = _MONTHS.get(named["name"][:3].lower(), 0) if "name" in named else int(named.get("m") or 0)
            return _in_the_calendar(int(named["y"]), month, int(named.get("d") or 0))
    return None


def _in_the_calendar(year: int, month: int, day: int) -> Parts | None:
    if year == 0:
        return None
    if not 1 <= month <= 12:  # noqa: PLR2004
        return year, None, None
    return year, month, day if 1 <= day <= monthrange(year, month)[1] else None

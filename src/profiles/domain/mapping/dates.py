"""Map the date of publication: choose one of the dates, and read its text."""

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import Final, NamedTuple

from profiles.domain.mapping.findings import Note, note
from profiles.domain.mapping.orcid_work import PublicationDate, Value
from profiles.domain.mapping.words.months import month_of
from profiles.domain.records.doi_record import DoiRecord

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
"""ORCID's schema accepts no other years (contract 2.3)."""
PUBLICATION_KINDS: Final = ("Issued", "Available")
"""DataCite's kinds of publication dates; of two dates that are equally exact, the first kind counts."""
FALLBACK_KINDS: Final = ("Copyrighted", "Accepted", "Submitted", "Created")
"""Kinds of dates that are used only when a record has no other date of publication."""

Parts = tuple[int, int | None, int | None]

_USUAL: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T[\d:.]+Z?)?)?)?", re.ASCII)
"""Nearly all dates."""
_NAME: Final = r"(?P<name>[^\W\d_]{3,14})\.?"
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?"
_TIME: Final = r"(?:[T ]\d{1,2}:.*)?"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # 2019, 2019-07, 2019-07-04, 2019-7-4, 20190704, 201907, with or without a time of day
        r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?)?(?:[T ]\d.*|Z)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T.*)?",
        r"(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])",
        # 2019年7月4日, 2019년 7월 4일
        r"(?P<y>\d{4})\s?[年년]\s?(?:(?P<m>\d{1,2})\s?[月월]\s?(?:(?P<d>\d{1,2})\s?[日일])?)?",
        # 04.07.2019: dots put the day first. 04/07/2019 may be April or July, so only its year is sure.
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
        r"\d{1,2}/\d{1,2}/(?P<y>\d{4})",
        r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})",
        # 4 July 2019, 4-Jul-2019, 4 de julio de 2019, Jul. 2019, Thu, 04 Jul 2019 10:00:00 GMT
        rf"(?:[^\W\d_]{{2,10}}\.?,?\s)?(?:{_DAY}[\s-](?:de\s|of\s)?){_NAME},?[\s-](?:de\s|del\s)?(?P<y>\d{{4}}){_TIME}",
        rf"{_NAME},?[\s-](?:de\s|del\s)?(?P<y>\d{{4}})",
        # July 4, 2019 and 2019 Jul 4
        rf"{_NAME}\s{_DAY},?\s(?P<y>\d{{4}}){_TIME}",
        rf"(?P<y>\d{{4}})[\s-]{_NAME}(?:[\s-](?P<d>\d{{1,2}}))?",
        # [2019], c2019, ©2019, 2019-2021, 2019-
        r"\[?(?:c|©|cop\.)?\s?(?P<y>\d{4})\]?(?:\s?[-–—]\s?(?:\d{4}|\d{2})?)?",
    )
)
_NUMBERS: Final = re.compile(r"\d{4}-(\d\d)(?:-(\d\d))?(?!\d)", re.ASCII)
_GROUP: Final = re.compile(r"\d+|[^\W\d_]{3,}")
_YEARS: Final = re.compile(r"\d{4}\s?[-–—]\s?(?:\d{4}|\d{2})")
_MAX_LENGTH: Final = 60
_SEASON: Final = re.compile(
    r"spring|summer|autumn|fall|winter|printemps|été|automne|hiver|frühjahr|herbst", re.IGNORECASE
)
_RANGE: Final = re.compile(r"\s*/\s*(?=\d{4}|\.\.|$|\()|\s+(?:to|bis|until|–|-)\s+")


def publication_date(record: DoiRecord, dropped: list[Note]) -> PublicationDate | None:
    """Choose the date of publication: the most exact one that agrees with the publication year.

    ``publicationYear`` is the year of the citation. A date of issue or availability says more only within
    that year: other years are those of a digitisation, an embargo or a series. Without that year the date of
    issue counts, else that of availability, else a weaker one.
    """
    year = read_date(str(record.publication_year or ""))
    if record.publication_year and year is None:
        note(dropped, "publicationYear", record.publication_year, "is no year")
    published = [date for kind in PUBLICATION_KINDS for date in _dates(record, kind, dropped)]
    # Without a publication year the first date gives it.
    stated = year[0] if year else published[0].parts[0] if published else None
    agreeing = [date for date in published if date.parts[0] == stated]
    chosen = max(agreeing, key=_Date.exactness) if agreeing else None
    for date in published:
        if date.parts[0] != stated:
            other = "publicationYear" if year else "the date that is sent"
            note(dropped, f"dates.{date.kind}", date.text, f"is of another year than {other}")
        elif chosen is not None and date.parts != chosen.parts:
            note(dropped, f"dates.{date.kind}", date.text, "ORCID has one date; another of that year is sent")
    if chosen is None and year is None:
        chosen = _weaker(record, dropped)
    _note_others(record, chosen, dropped)
    if chosen is not None:
        return _as_sent(chosen.parts)
    return _in_range(year, "publicationYear", str(record.publication_year), dropped) if year else None


def _weaker(record: DoiRecord, dropped: list[Note]) -> "_Date | None":
    """Return the most exact date of the first kind that says something about the publication."""
    for kind in FALLBACK_KINDS:
        if found := list(_dates(record, kind, dropped)):
            return max(found, key=_Date.exactness)
    return None


def _note_others(record: DoiRecord, chosen: "_Date | None", dropped: list[Note]) -> None:
    for one in record.dates or ():
        if (
            one.date
            and one.date_type not in PUBLICATION_KINDS
            and (chosen is None or (one.date_type, one.date) != (chosen.kind, chosen.text))
        ):
            note(dropped, f"dates.{one.date_type or ''}", one.date, "ORCID has one date, that of publication")


class _Date(NamedTuple):
    kind: str
    text: str
    parts: Parts

    def exactness(self) -> int:
        """Count how many of month and day are known."""
        return (self.parts[1] is not None) + (self.parts[2] is not None)


def _dates(record: DoiRecord, kind: str, dropped: list[Note]) -> Iterator[_Date]:
    """Yield the dates of a kind that can be read and sent; of a range, what both ends have in common."""
    for date in record.dates or ():
        if date.date_type != kind or not date.date or not date.date.strip():
            continue
        parts = read_date(date.date)
        if parts is None:
            note(dropped, f"dates.{kind}", date.date, "cannot be read as a date")
        elif not FIRST_YEAR <= parts[0] <= LAST_YEAR:
            note(dropped, f"dates.{kind}", date.date, _outside(parts[0]))
        else:
            parts = _common(parts, date.date)
            if parts[2] is None and (reason := _lost(parts, date.date)):
                note(dropped, f"dates.{kind}", date.date, reason)
            yield _Date(kind, date.date, parts)


def _lost(parts: Parts, text: str) -> str:
    """Return why a date is sent less exactly than it was deposited; nothing if it is not."""
    known = 1 + (parts[1] is not None)
    if len(_GROUP.findall(text)) <= known:
        return ""
    ends = _RANGE.split(text.strip(), maxsplit=1)
    if _YEARS.fullmatch(text.strip()) or (len(ends) > 1 and read_date(ends[0]) is not None):
        return "of a range, what both ends share is sent"
    return "the calendar has no such day" if _NUMBERS.match(text.strip()) else "only this much of it is sure"


def _common(begin: Parts, text: str) -> Parts:
    """Return what the ends of a range have in common; a date that is not a range is returned as it is."""
    if "/" not in text and len(text.split()) == 1:
        return begin
    ends = _RANGE.split(text.strip(), maxsplit=1)
    if len(ends) == 1:
        return begin
    end = read_date(ends[1])
    if end is None or end[:1] != begin[:1]:
        return begin[0], None, None
    return begin if end == begin else (begin[0], begin[1] if end[1] == begin[1] else None, None)


def _outside(year: int) -> str:
    hint = "; perhaps of the Buddhist calendar" if 2440 <= year <= 2643 else ""  # noqa: PLR2004  1897 to 2100
    return f"ORCID takes years from {FIRST_YEAR} to {LAST_YEAR}{hint}"


def _in_range(parts: Parts, field: str, given: str, dropped: list[Note]) -> PublicationDate | None:
    if FIRST_YEAR <= parts[0] <= LAST_YEAR:
        return _as_sent(parts)
    note(dropped, field, given, _outside(parts[0]))
    return None


def _as_sent(parts: Parts) -> PublicationDate:
    """Write a date with leading zeros: ORCID's schema accepts ``1``, its code refuses it (contract 2.5)."""
    year, month, day = parts
    return PublicationDate(
        Value(f"{year:04d}"),
        Value(f"{month:02d}") if month else None,
        Value(f"{day:02d}") if month and day else None,
    )


def read_date(text: str) -> Parts | None:
    """Read a date, or the beginning of a range; months and days that the calendar lacks are left out."""
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        year, month, day = usual.groups()
        return _in_the_calendar(int(year), int(month or 0), int(day or 0))
    return _read_unusual(text.strip())


def _read_unusual(whole: str) -> Parts | None:
    """Read a date in one of the many forms in which depositors write them."""
    if len(whole) > _MAX_LENGTH:
        return None
    begin = _RANGE.split(whole, maxsplit=1)[0].strip()
    for candidate in (whole,) if begin == whole else (whole, begin):
        found = next((found for form in _FORMS if (found := form.fullmatch(candidate))), None)
        if found:
            named = found.groupdict()
            if "name" in named:
                month = month_of(named["name"])
                if month == 0:
                    return (int(named["y"]), None, None) if _SEASON.fullmatch(named["name"]) else None
            else:
                month = int(named.get("m") or 0)
            return _in_the_calendar(int(named["y"]), month, int(named.get("d") or 0))
    return None


def _in_the_calendar(year: int, month: int, day: int) -> Parts | None:
    if year == 0:
        return None
    if not 1 <= month <= 12:  # noqa: PLR2004
        return year, None, None
    return year, month, day if 1 <= day <= monthrange(year, month)[1] else None

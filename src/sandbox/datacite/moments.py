"""Format and parse times as the API does."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_FORM: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?)?)?(Z|[+-]\d\d:?\d\d)?"
)
_STEPS: Final = (
    timedelta(hours=0),
    timedelta(days=365),
    timedelta(days=28),
    timedelta(days=1),
    timedelta(hours=0),
    timedelta(minutes=1),
    timedelta(seconds=1),
    timedelta(milliseconds=1),
)


def printed(moment: datetime) -> str:
    """Return a time as the API prints it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def milliseconds(text: Any) -> int:
    """Return a printed time as milliseconds since 1970; 0 when there is none."""
    found = parsed(text) if isinstance(text, str) else None
    return int(found.timestamp() * 1000) if found else 0


def parsed(text: str, *, end: bool = False) -> datetime | None:
    """Parse a year, month, day or time; ``end`` returns its last instant.

    A range up to a day includes that day, as OpenSearch rounds.
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        return None
    try:
        start = datetime.fromisoformat(_full(text.strip(), found))
    except ValueError:
        return None
    if start.tzinfo is None:
        start = start.replace(tzinfo=UTC)
    if not end:
        return start
    precision = sum(part is not None for part in found.groups()[:7])
    try:
        return _after(start, precision) - timedelta(microseconds=1)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)


def _full(text: str, found: re.Match[str]) -> str:
    year, month, day = found.group(1), found.group(2) or "01", found.group(3) or "01"
    return f"{year}-{month}-{day}{text[10:] if found.group(3) else ''}"


def _after(start: datetime, precision: int) -> datetime:
    """Return the first instant after the year, month, day, minute, second or millisecond."""
    if precision == 1:
        return start.replace(year=start.year + 1)
    if precision == 2:  # noqa: PLR2004 -- year and month
        return (start + timedelta(days=31)).replace(day=1)
    return start + _STEPS[precision]


def year(moment: int) -> str:
    """Return the year of a time in milliseconds."""
    return str(datetime.fromtimestamp(moment / 1000, tz=UTC).year)

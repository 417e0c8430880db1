"""Read single values of rows: texts, dates, switches, lists."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from profiles.domain.moving_in.oddities import Oddity

Row = Mapping[str, str | None]
"""One row of a table, by column. None is NULL."""

_NO_DATE: Final = 1970
"""The default of columns of expiry: it means "no date"."""
_BAD: Final = re.compile("[\x00\ud800-\udfff]")
_BLANKS: Final = re.compile(r"\s+")


class RowReader:
    """Reads the values of one row, and collects what is unusual about them."""

    def __init__(self, row: Row, *, now: datetime) -> None:
        self._row = row
        self._now = now
        self.oddities: list[Oddity] = []

    def note(self, oddity: Oddity) -> None:
        """Add an oddity, once."""
        if oddity not in self.oddities:
            self.oddities.append(oddity)

    def raw(self, column: str) -> str:
        """Return a value as it is, without characters that no text of ours can hold."""
        value = self._row.get(column)
        if not value:
            return ""
        if _BAD.search(value):
            self.note(Oddity.DAMAGED_TEXT)
            return _BAD.sub("\N{REPLACEMENT CHARACTER}", value)
        return value

    def text(self, column: str) -> str:
        """Return a text with single blanks."""
        value = self.raw(column)
        return _BLANKS.sub(" ", value).strip() if value else ""

    def flag(self, column: str, *, default: bool) -> bool:
        """Return a switch."""
        value = self._row.get(column)
        return default if value in {None, ""} else value not in {"0", "false", "f", "\x00"}

    def date(self, column: str) -> datetime | None:
        """Return a moment; None for NULL, and for a date that cannot be meant, which is noted."""
        value = self._row.get(column)
        if not value:
            return None
        moment = parse_date(value)
        if moment is None or moment > self._now:
            self.note(Oddity.DATE_UNUSABLE)
            return None
        return moment

    def expiry(self, column: str) -> datetime | None:
        """Return when a token expires; None where that is not known."""
        moment = parse_date(self._row.get(column) or "")
        return None if moment is None or moment.year <= _NO_DATE else moment

    def strings(self, column: str) -> list[str] | None:
        """Return a list of texts that is stored as JSON; None where it is none."""
        value = self.raw(column).strip()
        if not value:
            return []
        try:
            return msgspec.json.decode(value, type=list[str])
        except msgspec.DecodeError:
            return None


def parse_date(value: str) -> datetime | None:
    """Read MySQL's form of a date, in UTC where it names no zone; None for zeros and anything else."""
    try:
        moment = datetime.fromisoformat(value.strip().removesuffix(" UTC"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None

"""Charts of pages: their columns, the sentence that says what they show, and their drawings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from profiles.domain.charts import shares, stacked_bars, strip
from profiles.domain.claim import Origin
from profiles.web.wording import SOURCES

WIDTHS: Final = (640, 250)
"""Drawn for wide pages and for the smallest phones, so that the text of neither shrinks."""
_PHONE_DAYS: Final = 30
_MAX_YEARS: Final = 12
_SERIES: Final = (Origin.AUTO_UPDATE.value, Origin.SEARCH_AND_LINK.value)


def works_by_year(counted: Iterable[tuple[int, str, int]]) -> dict[str, Any] | None:
    """Return the chart of works by year and origin; None for a single year, which needs no picture."""
    works = {(year, origin): count for year, origin, count in counted}
    years = sorted({year for year, _origin in works})
    if len(years) < 2:  # noqa: PLR2004
        return None
    first = max(years[0], years[-1] - _MAX_YEARS + 1)
    columns = [
        (str(year), tuple(works.get((year, origin), 0) for origin in _SERIES))
        for year in range(first, years[-1] + 1)
    ]
    totals = [sum(numbers[place] for _year, numbers in columns) for place in range(len(_SERIES))]
    mirrored = get_language_bidi()
    return {
        "columns": columns,
        "legend": [(SOURCES[origin], total) for origin, total in zip(_SERIES, totals, strict=True)],
        "sentence": _sentence(columns, totals),
        "drawings": [stacked_bars(columns, width=width, mirrored=mirrored) for width in WIDTHS],
    }


def _sentence(columns: list[tuple[str, tuple[int, ...]]], totals: list[int]) -> str:
    by_auto_update, by_hand = totals
    works = by_auto_update + by_hand
    year, most = max(((year, sum(numbers)) for year, numbers in columns), key=lambda column: column[1])
    words = ngettext(
        "%(works)d work on your record was added since %(first)s: %(auto)d by Auto-Update, %(hand)d by you.",
        "%(works)d works on your record were added since %(first)s: %(auto)d by Auto-Update, %(hand)d by "
        "you.",
        works,
    ) % {"works": works, "first": columns[0][0], "auto": by_auto_update, "hand": by_hand}
    return f"{words} {_('Most were added in %(year)s: %(most)d.') % {'year': year, 'most': most}}"


def day_strip(title: str, levels: Sequence[int | None], words: Sequence[str]) -> list[dict[str, Any]]:
    """Return the strip of a part's days, whole and the last 30 for phones, with what it shows in words."""
    drawings = []
    for days in (len(levels), _PHONE_DAYS):
        shown = levels[-days:]
        counted = [f"{count} {words[level]}" for level in range(3) if (count := shown.count(level))]
        drawings.append(
            {
                "days": days,
                "sentence": f"{title}: {', '.join(counted)}",
                "placed": strip(shown, mirrored=get_language_bidi()),
            }
        )
    return drawings


def before_and_after(
    before: Sequence[str], after: Sequence[str], names: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return two bars, with the results of the same works before and after a change; None without works."""
    if not before:
        return None
    rows = [[results.count(name) for name in names] for results in (before, after)]
    titles = [_("Now"), _("With these rules")]
    words = [
        ", ".join(f"{number} {name}" for name, number in zip(names.values(), row, strict=True))
        for row in rows
    ]
    mirrored = get_language_bidi()
    return {
        "legend": list(names.values()),
        "rows": [f"{title}: {said}" for title, said in zip(titles, words, strict=True)],
        "drawings": [
            {"width": width, "bars": shares(rows, width=width, mirrored=mirrored)} for width in WIDTHS
        ],
    }

"""Place the bars of a chart: pure geometry, drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

_TOP: Final = 12
_BELOW: Final = 22
"""Room for the labels below the baseline."""
_BESIDE: Final = 40
"""Room for the numbers at the start side."""
_FILLED: Final = 0.56
"""How much of its place a bar takes."""
_MAX_LINES: Final = 4
_LABEL_WIDTH: Final = 38


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar, by the number of its series."""

    series: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, empty where there is no room for it, and its parts from the baseline up."""

    label: str
    x: float
    middle: float
    width: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the chart, with its number."""

    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The places of everything in a chart of stacked bars."""

    width: int
    height: int
    start: float
    end: float
    numbers_x: float
    baseline: float
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def stacked_bars(
    columns: Sequence[tuple[str, Sequence[int]]], *, width: int, height: int = 190, mirrored: bool = False
) -> Chart:
    """Place stacked bars, one for each column of a label and its numbers; ``mirrored``: from the right."""
    step = _step(max((sum(numbers) for _, numbers in columns), default=0))
    most = max(step, -(-max((sum(numbers) for _, numbers in columns), default=0) // step) * step)
    baseline = height - _BELOW
    scale = (baseline - _TOP) / most
    place = (width - _BESIDE) / max(len(columns), 1)
    every = max(1, -(-_LABEL_WIDTH // max(int(place), 1)))
    bars = []
    for number, (label, numbers) in enumerate(columns):
        bar_width = min(place * _FILLED, 34)
        middle = _BESIDE + (number + 0.5) * place
        middle = width - middle if mirrored else middle
        shown = label if (len(columns) - 1 - number) % every == 0 else ""
        x, parts = round(middle - bar_width / 2, 1), _parts(numbers, baseline, scale)
        bars.append(Bar(shown, x, round(middle, 1), round(bar_width, 1), parts))
    lines = tuple(Line(round(baseline - n * scale, 1), n) for n in range(0, most + 1, step))
    start, end = (0, width - _BESIDE + 8) if mirrored else (_BESIDE - 8, width)
    numbers_x = width - _BESIDE + 16 if mirrored else _BESIDE - 16
    return Chart(width, height, start, end, numbers_x, baseline, tuple(bars), lines)


def _parts(numbers: Sequence[int], baseline: float, scale: float) -> tuple[Part, ...]:
    parts, below = [], 0
    for series, number in enumerate(numbers):
        below += number
        if number:
            parts.append(Part(series, round(baseline - below * scale, 1), round(number * scale, 1)))
    return tuple(parts)


def _step(most: int) -> int:
    """Return a round step between lines, of which there are at most four above the baseline."""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if digit * size * _MAX_LINES >= most:
                return digit * size
        size *= 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is drawn."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Trail:
    """The places of dots on a line, of their labels, and of what is written between two dots."""

    width: int
    height: int
    dots: tuple[Place, ...]
    labels: tuple[Place, ...]
    between: tuple[Place, ...]
    anchor: str
    """Where the labels begin: ``middle`` below their dots, or ``start`` beside them."""


_LABEL_BELOW: Final = 160
"""How wide a place below a dot is at least; with less room the trail runs downwards."""
_DOWN: Final = 56


def trail(count: int, *, width: int, mirrored: bool = False) -> Trail:
    """Place dots along a line: across where there is room for labels below them, else downwards."""
    if width / max(count, 1) >= _LABEL_BELOW:
        place = width / count
        along = [place * (number + 0.5) for number in range(count)]
        along = [round(width - x if mirrored else x, 1) for x in along]
        middles = [round((one + other) / 2, 1) for one, other in pairwise(along)]
        return Trail(
            width,
            84,
            tuple(Place(x, 44) for x in along),
            tuple(Place(x, 76) for x in along),
            tuple(Place(x, 26) for x in middles),
            "middle",
        )
    down = [20 + _DOWN * number for number in range(count)]
    x, beside = (width - 16, width - 40) if mirrored else (16, 40)
    return Trail(
        width,
        40 + _DOWN * (count - 1),
        tuple(Place(x, y) for y in down),
        tuple(Place(beside, y + 5) for y in down),
        tuple(Place(beside, y + _DOWN / 2 + 5) for y in down[:-1]),
        "start",
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Bars of one level, as a line that is dashed into them."""

    level: int
    height: float
    path: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip of bars, one for each day."""

    width: int
    bar: int
    gap: int
    runs: tuple[Run, ...]


_STRIP_HEIGHT: Final = 28
_BAR, _GAP = 5, 2


def strip(levels: Sequence[int | None], *, mirrored: bool = False) -> Strip:
    """Place a bar for each level: 0 is full, 1 two thirds high, 2 one third; no bar where it is not known."""
    shown = list(reversed(levels)) if mirrored else list(levels)
    runs = []
    for level in range(3):
        height = round(_STRIP_HEIGHT * (3 - level) / 3, 1)
        y = round(_STRIP_HEIGHT - height / 2, 1)
        # A dash begins again with each part of a path, so that a run of days is one part.
        path, place = "", 0
        for one, run in groupby(shown):
            days = len(list(run))
            end = (place + days) * (_BAR + _GAP) - _GAP
            path += f"M{place * (_BAR + _GAP)} {y}H{end}" if one == level else ""
            place += days
        runs += [Run(level, height, path)] if path else []
    return Strip(len(shown) * (_BAR + _GAP) - _GAP, _BAR, _GAP, tuple(runs))


def shares(
    rows: Sequence[Sequence[int]], *, width: int, mirrored: bool = False
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Place the parts of bars that lie one below the other and share a scale: start and width of each part.

    A part that is not empty is at least three units wide, so that it is seen.
    """
    scale = width / max((sum(row) for row in rows), default=1) if any(map(sum, rows)) else 0
    placed = []
    for row in rows:
        begin, parts = 0.0, []
        for number in row:
            size = max(number * scale, 3.0) if number else 0.0
            size = min(size, width - begin)
            parts.append((round(width - begin - size if mirrored else begin, 1), round(size, 1)))
            begin += size
        placed.append(tuple(parts))
    return tuple(placed)

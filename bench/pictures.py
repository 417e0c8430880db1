"""Pictures of figures as SVG that anyone can read: a title, a description in words, no need for colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 720
HEIGHT: Final = 340
LEFT: Final = 70
RIGHT: Final = 190
TOP: Final = 44
BOTTOM: Final = 52
_STYLES: Final = (
    ("#0b5fa5", ""),
    ("#b3400a", "7 4"),
    ("#2f6b1f", "2 3"),
    ("#6a3d9a", "10 3 2 3"),
    ("#444", "4 8"),
)
"""Dark enough on white, and each line has its own dashes."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Line:
    """A named line of a picture."""

    name: str
    points: Points


@dataclass(frozen=True)
class Axis:
    """What an axis shows; a logarithmic one for growth over powers of ten."""

    label: str
    is_log: bool = False


def chart(title: str, description: str, lines: Sequence[Line], *, x: Axis, y: Axis) -> str:
    """Draw lines over a common ground; each is named where it ends."""
    xs = [point[0] for line in lines for point in line.points] or [0.0, 1.0]
    ys = [point[1] for line in lines for point in line.points] or [0.0, 1.0]
    across = _Scale(min(xs), max(xs), LEFT, WIDTH - RIGHT, is_log=x.is_log)
    up = _Scale(min(ys) if y.is_log else 0.0, max(ys), HEIGHT - BOTTOM, TOP, is_log=y.is_log)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' aria-labelledby="title description" font-family="sans-serif" font-size="13">'
    )
    parts = [
        head,
        f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="bold" fill="#111">{escape(title)}</text>',
        *_grid(across, up, x, y),
        *_lines(lines, across, up),
        "</svg>\n",
    ]
    return "\n".join(parts)


class _Scale:
    """Places values between two edges of the picture."""

    def __init__(self, least: float, most: float, begin: float, end: float, *, is_log: bool) -> None:
        self._log = is_log
        self.ticks = _powers(least, most) if is_log else _round_steps(least, most)
        self._least, most = self._of(self.ticks[0]), self._of(self.ticks[-1])
        self._begin, self._step = begin, (end - begin) / ((most - self._least) or 1.0)

    def _of(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self._log else value

    def __call__(self, value: float) -> float:
        return self._begin + (self._of(value) - self._least) * self._step


def _powers(least: float, most: float) -> list[float]:
    low, high = math.floor(math.log10(max(least, 1e-9))), math.ceil(math.log10(max(most, 1e-9)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _round_steps(least: float, most: float) -> list[float]:
    span = (most - least) or 1.0
    size = 10 ** math.floor(math.log10(span / 4))
    step = next(size * factor for factor in (1, 2, 5, 10) if span / (size * factor) <= 6)
    first, last = math.floor(least / step), math.ceil(most / step - 1e-9)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def _grid(across: _Scale, up: _Scale, x: Axis, y: Axis) -> list[str]:
    parts = []
    for tick in up.ticks:
        at = up(tick)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#333">{_text(tick)}</text>'
        )
    parts += [
        f'<text x="{across(tick):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle"'
        f' fill="#333">{_text(tick)}</text>'
        for tick in across.ticks
    ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle" fill="#111">{escape(x.label)}</text>'
    )
    parts.append(f'<text x="{LEFT - 8}" y="{TOP - 6}" text-anchor="end" fill="#111">{escape(y.label)}</text>')
    return parts


def _lines(lines: Sequence[Line], across: _Scale, up: _Scale) -> list[str]:
    parts, taken = [], list[float]()
    for number, line in enumerate(lines):
        if not line.points:
            continue
        colour, dashes = _STYLES[number % len(_STYLES)]
        path = " ".join(f"{across(px):.1f},{up(py):.1f}" for px, py in line.points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dashes or "none"}"/>'
        )
        at = up(line.points[-1][1]) + 4
        while any(abs(at - other) < 16 for other in taken):
            at -= 16
        taken.append(at)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{at:.1f}" fill="{colour}">{escape(line.name)}</text>')
    return parts


def _text(value: float) -> str:
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def thin(points: Points, most: int = 300) -> list[tuple[float, float]]:
    """Leave out points that no one would see."""
    step = max(len(points) // most, 1)
    return [*points[::step], *points[-1:]]

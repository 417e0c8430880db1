"""Growth curves: whether a cost keeps its shape when there is more of everything, and pictures of it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.pictures import Axis, Line, chart


def ratios_of(growth: Mapping[str, Any]) -> dict[str, float]:
    """Return, for each curve, how many times as much its last point costs as its first."""
    return {name: points[-1][1] / points[0][1] for name, points in growth["curves"].items() if points[0][1]}


def bad_shapes(growth: Mapping[str, Any]) -> list[str]:
    """Name the curves that grow more than they may: the speed of the machine does not matter."""
    return [
        f"{name} grew {ratio:.2f} times, {growth['most']:g} is the most"
        for name, ratio in ratios_of(growth).items()
        if ratio > growth["most"]
    ]


def write_picture(name: str, growth: Mapping[str, Any], folder: Path) -> tuple[Path, str]:
    """Draw the curves; return the file and the description."""
    words = "; ".join(f"{curve}: {ratio:.2f} times" for curve, ratio in ratios_of(growth).items())
    title = f"{name.replace('_', ' ').capitalize()}: {growth['unit']} by {growth['what']}"
    description = f"From the least to the most {growth['what']}: {words}. At most {growth['most']:g} times."
    lines = [Line(_short(curve), points) for curve, points in growth["curves"].items()]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.svg"
    file.write_text(
        chart(title, description, lines, x=Axis(growth["what"], is_log=True), y=Axis(growth["unit"]))
    )
    return file, f"{title}. {description}"


def _short(name: str) -> str:
    return re.sub(r"^GET ", "", name)[:28]

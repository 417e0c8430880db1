"""Moments, titles and iDs are written by one tag each, and directions are logical, on every page."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.shared import ROOT

PROFILES = ROOT / "src" / "profiles"
TEMPLATES = sorted(PROFILES.glob("*/templates/**/*.html"))
SHEETS = sorted(PROFILES.glob("*/static/**/*.css"))
PAGES_CODE = [path for name in ("web", "staff", "sso", "sign_in") for path in (PROFILES / name).rglob("*.py")]
OTHER_MOMENTS = re.compile(
    r"\|\s*(date|time|timesince|timeuntil|natural\w+)\b|isoformat|strftime|<time|{% now"
)
MOMENTS_IN_CODE = re.compile(r"date_format|time_format|strftime|naturaltime|timesince")
TITLES = re.compile(r"\b(?:work|found|question|on_record|datacite)\.title\b")
IDS = re.compile(r"{{ *(?!mistakes)[\w.]*(?:doi|orcid_id) *}}")
PHYSICAL = re.compile(
    r"(?:^|[\s;{])(?:(?:margin|padding|border|scroll-padding|scroll-margin)-(?:left|right)(?:-\w+)?|left|right"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
TWO_SIDES = re.compile(
    r"(?:margin|padding|inset|border-width)\s*:\s*([^\s;]+)\s+([^\s;]+)\s+([^\s;]+)\s+([^\s;]+)\s*[;}]"
)


def lines(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_pages_write_moments_by_one_tag():
    wrong = [
        f"{where}: {line.strip()[:90]}" for where, line in lines(TEMPLATES) if OTHER_MOMENTS.search(line)
    ]
    wrong += [
        f"{where}: {line.strip()[:90]}" for where, line in lines(PAGES_CODE) if MOMENTS_IN_CODE.search(line)
    ]

    assert TEMPLATES
    assert wrong == [], "write them by the tag moment, or infra/web/moments.py"


def test_pages_write_titles_of_works_by_one_tag():
    wrong = []
    for where, line in lines(TEMPLATES):
        written = re.sub(r"{% title [^%]*%}|{% block title %}.*?{% endblock %}|{% if [^%]*%}", "", line)
        wrong += [f"{where}: {line.strip()[:90]}"] if TITLES.search(written) else []

    assert wrong == [], "write them by the tag title"


def test_pages_write_dois_and_orcid_ids_by_one_tag():
    wrong = []
    for where, line in lines(TEMPLATES):
        text = re.sub(r'"[^"]*"', '""', line)
        text = text.replace("{{ doi }}", "") if " as doi %}" in text else text
        wrong += [f"{where}: {line.strip()[:90]}"] if IDS.search(text) else []

    assert wrong == [], "write them by the tag pid"


def test_style_sheets_know_no_left_and_right():
    wrong = [f"{where}: {line.strip()[:90]}" for where, line in lines(SHEETS) if PHYSICAL.search(line)]
    for where, line in lines(SHEETS):
        sides = TWO_SIDES.findall(line)
        wrong += [f"{where}: {line.strip()[:90]}" for top, right, bottom, left in sides if right != left]

    assert SHEETS
    assert wrong == [], (
        "use inline-start and inline-end: pages that run from right to left are mirrored by them"
    )

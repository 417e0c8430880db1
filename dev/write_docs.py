"""Write the documentation pages that are generated from the code: ``make docs``.

With ``--check``, only list the pages that are out of date.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from dev import (
    catalogue_pages,
    eligibility_docs,
    first_sentence_page,
    languages_page,
    rights_page,
    settings_page,
)
from profiles.api.description import changes
from profiles.domain.mapping import work_types

ROOT = Path(__file__).resolve().parents[1]
PAGES: dict[str, Callable[[], str]] = {
    "docs/states.md": catalogue_pages.states_page,
    "docs/first-sentences.md": first_sentence_page.page,
    "docs/errors.md": catalogue_pages.errors_page,
    "docs/languages.md": languages_page.page,
    "docs/work-types.md": work_types.page,
    "docs/rights.md": rights_page.page,
    "docs/ops/settings.md": settings_page.page,
    "docs/dev/api-changes.md": changes.page,
    "docs/eligibility.md": lambda: eligibility_docs.page().rstrip() + "\n",
    "docs/eligibility-cases.json": eligibility_docs.cases,
}


def stale() -> list[str]:
    """Return the pages that differ from what the code generates."""
    return [name for name, make in PAGES.items() if not _same(ROOT / name, make())]


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def main() -> int:
    """Write the pages, or check them."""
    names = stale()
    if "--check" in sys.argv:
        print("\n".join(f"{name} is stale; run make docs" for name in names))
        return bool(names)
    for name in names:
        (ROOT / name).write_text(PAGES[name]())
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

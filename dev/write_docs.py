"""Write the pages that are made from the code: ``make docs``. With ``--check`` only say what is stale."""

import sys
from collections.abc import Callable
from pathlib import Path

from dev import eligibility_docs
from profiles.api.description import changes
from profiles.domain import documents, rights_page
from profiles.domain.mapping import work_types

ROOT = Path(__file__).resolve().parents[1]
PAGES: dict[str, Callable[[], str]] = {
    "docs/states.md": documents.states_page,
    "docs/errors.md": documents.errors_page,
    "docs/work-types.md": work_types.page,
    "docs/rights.md": rights_page.page,
    "docs/dev/api-changes.md": changes.page,
    "docs/eligibility.md": lambda: eligibility_docs.page().rstrip() + "\n",
    "docs/eligibility-cases.json": eligibility_docs.cases,
}


def stale() -> list[str]:
    """Name the pages that differ from what the code says."""
    return [name for name, make in PAGES.items() if not _same(ROOT / name, make())]


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def main() -> int:
    """Write or check the pages."""
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

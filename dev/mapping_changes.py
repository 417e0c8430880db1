"""Compare two mappings of the same records by field, with ten examples of each change.

``python -m dev.mapping_changes BEFORE AFTER``: lines of ``profiles map --json``, of which the page
``docs/mapping-results.md`` takes its last part. Run ``python -m dev.mapping_results`` after it.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dev.mapping_results import CHANGES

EXAMPLES = 10
LENGTH = 70


def compare(before: list[Any], after: list[Any]) -> Iterator[str]:
    """Yield the lines of the page."""
    changes: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for old, new in zip(before, after, strict=True):
        fields = _fields(old), _fields(new)
        for name in fields[0]:
            if fields[0][name] != fields[1][name]:
                changes[name].append((new["doi"] or "", *_difference(fields[0][name], fields[1][name])))
    yield "## What the rules changed, by field\n"
    yield "The same records before and after the rules for dates, types, names, texts, languages, grants"
    yield f"and journal titles were revised: {len(after)} records.\n"
    yield "| field | records |\n| --- | ---: |"
    yield from (
        f"| {name} | {len(found)} |" for name, found in sorted(changes.items(), key=lambda c: -len(c[1]))
    )
    for name, found in sorted(changes.items(), key=lambda c: -len(c[1])):
        yield f"\n### {name[0].upper()}{name[1:]}\n"
        yield "| DOI | before | after |\n| --- | --- | --- |"
        step = max(1, len(found) // EXAMPLES)
        yield from (f"| {doi} | {_cell(old)} | {_cell(new)} |" for doi, old, new in found[::step][:EXAMPLES])


def _fields(line: Any) -> dict[str, Any]:
    work = line["work"] or {}
    title = work.get("title", {})
    people = work.get("contributors", {}).get("contributor", [])
    date = work.get("publication-date", {})
    return {
        "refusal": (line["refused"] or {}).get("code", ""),
        "type": work.get("type", ""),
        "date": "-".join(date[part]["value"] for part in ("year", "month", "day") if part in date),
        "title": title.get("title", {}).get("value", ""),
        "subtitle": title.get("subtitle", {}).get("value", ""),
        "translated title": title.get("translated-title", {}).get("value", ""),
        "journal title": work.get("journal-title", {}).get("value", ""),
        "language": work.get("language-code", ""),
        "description": work.get("short-description", ""),
        "names": [one["credit-name"]["value"] for one in people],
        "iDs": [path for one in people if (path := one.get("contributor-orcid", {}).get("path"))],
        "identifiers": [
            f"{one['external-id-relationship']} {one['external-id-type']} {one['external-id-value']}"
            for one in work.get("external-ids", {}).get("external-id", [])
        ],
    }


def _difference(old: Any, new: Any) -> tuple[str, str]:
    """Return what differs: of lists the items, of texts the part around the first difference."""
    if isinstance(old, list):
        gone, come = [x for x in old if x not in new], [x for x in new if x not in old]
        return "; ".join(gone) or "(another order or number)", "; ".join(come)
    place = next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    begin = max(0, place - LENGTH // 2) if max(len(old), len(new)) > LENGTH else 0
    return old[begin:], new[begin:]


def _cell(text: str) -> str:
    plain = " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
    return plain[:LENGTH] + "…" if len(plain) > LENGTH else plain or "–"


def main() -> None:
    """Write the part of the page."""
    before, after = (
        [json.loads(line) for line in Path(name).read_bytes().splitlines()] for name in sys.argv[1:3]
    )
    CHANGES.write_text("\n".join(compare(before, after)) + "\n")
    print(f"wrote {CHANGES.name}")


if __name__ == "__main__":
    main()

"""Count the results of mapping recorded DOI records, and write ``docs/mapping-results.md``.

``python -m dev.mapping_results dois.jsonl dois_testsystem.jsonl``
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from profiles.domain.mapping.report import Report, report
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record

PAGE = Path(__file__).resolve().parents[1] / "docs" / "mapping-results.md"
CHANGES = Path(__file__).with_name("mapping_changes.md")
"""What the last change of the rules changed; written by ``dev.mapping_changes``."""


class Count:
    """The numbers of one file."""

    def __init__(self, name: str, records: Iterable[bytes]) -> None:
        self.name = name
        self.records = self.mapped = 0
        self.types: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.parts: Counter[str] = Counter()
        self.identifiers: Counter[tuple[str, str]] = Counter()
        self.dropped: Counter[tuple[str, str]] = Counter()
        for raw in records:
            if raw.strip():
                self._add(raw, report(raw))

    def _add(self, raw: bytes, found: Report) -> None:
        self.records += 1
        # Count each reason once per record, however many names or identifiers it concerns.
        self.dropped.update({(_field(d.field), _reason(d.reason)) for d in found.dropped})
        if found.refused:
            self.refused[found.refused.code, found.refused.field] += 1
        if found.work is None:
            return
        work = found.work
        self.mapped += 1
        self.types[_general(raw), work.type] += 1
        has = {
            "subtitle": work.title.subtitle,
            "translated title": work.title.translated_title,
            "journal title": work.journal_title,
            "description": work.short_description,
            "publication date": work.publication_date,
            "contributors": work.contributors,
            "a contributor with an iD": work.contributors
            and any(entry.contributor_orcid for entry in work.contributors.contributor),
            "language": work.language_code,
        }
        self.parts.update(name for name, value in has.items() if value)
        self.identifiers.update(
            {
                (entry.external_id_relationship, entry.external_id_type)
                for entry in work.external_ids.external_id
            }
        )


def _field(field: str) -> str:
    return field.partition("[")[0].partition(".")[0] + (
        ".nameIdentifiers" if "nameIdentifiers" in field else ""
    )


_QUOTING = re.compile(
    r"(ORCID has no identifier type for|ORCID has no role for|not a valid|ORCID takes (?:1000|5000)"
    r"|the title is in) .*"
)
"""Reasons that quote the record are counted as one."""


def _reason(reason: str) -> str:
    reason = _QUOTING.sub(r"\1 …", reason)
    reason = re.sub(r"^\w+ the work itself$", "a relation of the work to itself", reason)
    return reason.replace("|", "\\|")


def _general(raw: bytes) -> str:
    try:
        types = read_doi_record(raw).types
    except BrokenRecordError:
        return ""
    return (types.resource_type_general if types else None) or "(none)"


def page(counts: list[Count]) -> str:
    """Return the page."""
    return "\n".join(_lines(counts)) + "\n"


def _lines(counts: list[Count]) -> Iterator[str]:
    yield "# What mapping makes of recorded DOIs\n"
    yield "*Made by `python -m dev.mapping_results FILE...` from recorded DOI records; do not edit.*\n"
    yield "Every work counted here passes ORCID's schema and rules, as `tests/contract` shows."
    yield "[dev/mapping.md](dev/mapping.md) explains how metadata become a work.\n"
    yield _row("", *(count.name for count in counts))
    yield _row("---", *("---:" for _ in counts))
    yield _row("records", *(count.records for count in counts))
    yield _row("mapped", *(count.mapped for count in counts))
    refusals = dict.fromkeys(key for count in counts for key in sorted(count.refused))
    for code, field in refusals:
        yield _row(f"refused: `{code}` ({field})", *(count.refused[code, field] for count in counts))
    for part in ("subtitle", "translated title", "journal title", "description", "publication date",
                 "contributors", "a contributor with an iD", "language"):  # fmt: skip
        yield _row(f"with {part}", *(count.parts[part] for count in counts))
    yield "\n## Types\n"
    yield from _table(("`resourceTypeGeneral`", "ORCID work type"), counts, "types")
    yield "\n## Works with such an identifier\n"
    yield from _table(("relationship", "type"), counts, "identifiers")
    yield "\n## Records of which something is not sent, by reason\n"
    yield "`profiles map --json` lists each value that is left out or changed, with its reason (`dropped`)."
    yield "Not listed there, as ORCID has no place for them at all: subjects, rights, sizes, formats, places,"
    yield "versions, affiliations, identifiers of people other than ORCID iDs, volume, issue and pages, times"
    yield "of day, the funder's name beside a grant, and the depositor's words for a type that ORCID has.\n"
    yield from _table(("field", "reason"), counts, "dropped", 10_000)
    if CHANGES.exists():
        yield "\n" + CHANGES.read_text().rstrip()


def _table(head: tuple[str, str], counts: list[Count], name: str, most: int = 200) -> Iterator[str]:
    total: Counter[tuple[str, str]] = Counter()
    for count in counts:
        total.update(getattr(count, name))
    yield _row(*head, *(count.name for count in counts))
    yield _row("---", "---", *("---:" for _ in counts))
    for key, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:most]:
        yield _row(*key, *(getattr(count, name)[key] for count in counts))


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def counted(files: Iterable[Path]) -> list[Count]:
    """Map the records of files that have one on each line."""
    return [Count(file.stem, file.read_bytes().splitlines()) for file in files]


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(counted(map(Path, sys.argv[1:]))))
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()

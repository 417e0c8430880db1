"""The report of an import: what was read, what came of it, and what is unusual. It never holds a token."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from profiles.domain.moving_in.oddities import LEFT_OUT, MEANING, Oddity

EXAMPLES: Final = 5


@dataclass(slots=True)
class Finding:
    """The rows with one oddity: how many, and their numbers; all of them where they were left out."""

    count: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class TableReport:
    """What came of one table. ``stored`` are new here, ``here`` were here already."""

    rows: int = 0
    stored: int = 0
    permissions: int = 0
    findings: dict[Oddity, Finding] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """The number of rows that were not imported."""
        return sum(finding.count for oddity, finding in self.findings.items() if oddity in LEFT_OUT)

    @property
    def here(self) -> int:
        """The number of rows that were here already."""
        return self.rows - self.stored - self.left_out

    def note(self, oddities: Iterable[Oddity], number: str | int | None) -> None:
        """Count the oddities of one row."""
        for oddity in oddities:
            finding = self.findings.setdefault(oddity, Finding())
            finding.count += 1
            has_number = number is not None and str(number).isdecimal()
            if has_number and (len(finding.rows) < EXAMPLES or oddity in LEFT_OUT):
                finding.rows.append(int(str(number)))


@dataclass(slots=True)
class ImportReport:
    """The whole report. ``claims_without_person`` counts iDs that no account has."""

    tables: dict[str, TableReport] = field(default_factory=dict)
    other_tables: list[str] = field(default_factory=list)
    claims_without_person: int = 0
    seconds: float = 0.0
    is_complete: bool = True
    stopped: bool = False

    def table(self, name: str) -> TableReport:
        """Return the report of a table."""
        return self.tables.setdefault(name, TableReport())

    @property
    def changed(self) -> int:
        """The number of rows that this run stored."""
        return sum(table.stored + table.permissions for table in self.tables.values())

    def lines(self) -> Iterator[str]:
        """Yield the report as text."""
        for name, table in self.tables.items():
            more = f", {table.permissions:,} permissions" if table.permissions else ""
            yield (
                f"{name}: {table.rows:,} rows; {table.stored:,} new{more}, {table.here:,} here already, "
                f"{table.left_out:,} left out"
            )
            for oddity, finding in sorted(table.findings.items(), key=lambda item: -item[1].count):
                rows = ", ".join(str(number) for number in finding.rows[:EXAMPLES])
                yield f"  {finding.count:>9,}  {oddity.value}: {MEANING[oddity]}" + (
                    f" (rows {rows})" if rows else ""
                )
        if self.claims_without_person:
            meaning = MEANING[Oddity.CLAIM_WITHOUT_PERSON]
            yield f"  {self.claims_without_person:>9,}  {Oddity.CLAIM_WITHOUT_PERSON.value}: {meaning}"
        if self.other_tables:
            yield f"Tables that were not read: {', '.join(sorted(self.other_tables))}"
        if not self.is_complete:
            yield "The dump does not say that it is complete. Compare the numbers of rows with its database."

    def as_json(self) -> dict[str, Any]:
        """Return the report for a file, with the numbers of all rows that were left out."""
        return {
            "tables": {
                name: {
                    "rows": table.rows,
                    "new": table.stored,
                    "permissions": table.permissions,
                    "here_already": table.here,
                    "left_out": table.left_out,
                    "oddities": {
                        oddity.value: {"count": finding.count, "rows": finding.rows}
                        for oddity, finding in table.findings.items()
                    },
                }
                for name, table in self.tables.items()
            },
            "claims_without_person": self.claims_without_person,
            "tables_not_read": sorted(self.other_tables),
            "says_complete": self.is_complete,
        }

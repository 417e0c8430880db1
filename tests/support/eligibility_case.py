"""The form of a published case of the rules, and what many of them have in common."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.records import ANNA, record

JANUARY = "2026-01-01T00:00:00Z"
AUGUST = "2026-08-01T00:00:00Z"
OTHER = "10.5072/other-1"
SELF = "10.5072/anna-1"


@dataclass(frozen=True)
class PublishedCase:
    """One line of the published test set."""

    title: str
    expect: tuple[str, str, str]
    record: dict[str, Any] | None = field(default_factory=record)
    facts: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    orcid_id: str = ANNA
    decided_by: tuple[str, str] | None = None


ENROLLED = {"switched_on": JANUARY, "permission": "given", "names": ["Anna Berg"]}


def on_record(**facts: Any) -> dict[str, Any]:
    """The work stands on the person's record, and these facts besides."""
    return {"standing": "on-record", "named_before": True, **facts}


def rules(**own: Any) -> dict[str, Any]:
    """A person's own rules."""
    return {"rules": own}


def changed(kind: str, *fields: str) -> dict[str, Any]:
    """What of the record is not as it was."""
    return {"kind": kind, "fields": list(fields)}


OLD = {
    "registered": "2020-05-01T00:00:00Z",
    "created": "2020-05-01T00:00:00Z",
    "updated": "2026-07-01T10:00:00Z",
}

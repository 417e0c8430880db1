"""The result of mapping a record: a work or a refusal, and everything that was left out."""

from dataclasses import dataclass
from typing import Final

import msgspec

from profiles.domain.mapping.orcid_work import OrcidWork
from profiles.domain.records.texts import legal


class Refusal(msgspec.Struct, frozen=True):
    """Why a record cannot become a work: a code, the field at fault, and a sentence."""

    code: str
    field: str
    message: str


class DroppedValue(msgspec.Struct, frozen=True):
    """A part of the metadata that is not sent, or not unchanged, and why."""

    field: str
    value: str
    reason: str


Note = tuple[str, object, str]
"""A part that was left out, as it was noted: field, value, reason. It is made readable when it is asked for,
because each push maps records and hardly any reads what was left out."""


@dataclass(frozen=True, slots=True)
class MappingResult:
    """A work or a refusal, and what was left out."""

    work: OrcidWork | None
    refused: Refusal | None
    notes: list[Note]

    @property
    def dropped(self) -> list[DroppedValue]:
        """What was left out or changed, with the reasons."""
        return [
            DroppedValue(field, _shown(str(value)), _shown(reason)) for field, value, reason in self.notes
        ]


SHOWN: Final = 200
"""How much of a dropped value, or of a reason that quotes it, is shown."""


def note(dropped: list[Note], field: str, value: object, reason: str) -> None:
    """Add a value that was left out. A reason may quote the record, so it is as untrusted as the value."""
    dropped.append((field, value, reason))


def _shown(text: str) -> str:
    # Only the beginning of a long value is read.
    shown = " ".join(legal(text[: 4 * SHOWN]).split())
    return shown if len(shown) <= SHOWN and len(text) <= 4 * SHOWN else shown[: SHOWN - 1] + "…"

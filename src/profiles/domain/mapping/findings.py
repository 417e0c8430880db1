"""What comes of mapping a record: a work or a refusal, and everything that was left out."""

from dataclasses import dataclass
from typing import Final

import msgspec

from profiles.domain.mapping.orcid_work import OrcidWork
from profiles.domain.records.texts import legal


class Refusal(msgspec.Struct, frozen=True):
    """Why a record makes no work: a code, the field at fault, and a sentence."""

    code: str
    field: str
    message: str


class Dropped(msgspec.Struct, frozen=True):
    """A part of the metadata that is not sent, or not as it was, and why."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A work, or a refusal; and what was left out on the way."""

    work: OrcidWork | None
    refused: Refusal | None
    dropped: list[Dropped]


SHOWN: Final = 200
"""How much of a dropped value, or of a reason that quotes it, is shown."""


def note(dropped: list[Dropped], field: str, value: object, reason: str) -> None:
    """Put down that something was left out. A reason may quote the record, and is as little to be trusted."""
    dropped.append(Dropped(field, _shown(str(value)), _shown(reason)))


def _shown(text: str) -> str:
    # Of a long description only the beginning is looked at: this runs for every record.
    shown = " ".join(legal(text[: 4 * SHOWN]).split())
    return shown if len(shown) <= SHOWN and len(text) <= 4 * SHOWN else shown[: SHOWN - 1] + "…"

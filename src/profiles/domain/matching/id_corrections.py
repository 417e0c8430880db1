"""Say what to write instead of an identifier that claims to be an ORCID iD and cannot be read as one."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from profiles.domain.ids import is_example_orcid_id, is_orcid_id, orcid_uri


class Advice(StrEnum):
    """What is wrong with an identifier, or with the person it names."""

    READABLE = "readable"
    """There is one iD in it, in a form that is not read: write the iD alone."""
    MISTYPED = "mistyped"
    """The last character does not fit the others."""
    EXAMPLE = "example"
    """An example from documentation."""
    SANDBOX = "sandbox"
    """An iD of ORCID's test system, where the number is another person's."""
    EMPTY = "empty"
    """Nothing is there: DataCite empties what it cannot read."""
    OTHER = "other"
    """Something else than an iD."""
    NOT_MINE = "not-mine"
    """The owner of the iD said that they are someone else."""
    OTHER_ID = "other-id"
    """A person said that they are meant, and which iD is theirs."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is wrong, and the new value; empty where the identifier is to be removed or its owner asked."""

    advice: Advice
    new: str = ""


_HOST: Final = re.compile(r"[a-z]+://([^/\s]+)", re.IGNORECASE)
_SITES: Final = frozenset({"orcid.org", "www.orcid.org"})
# Letters that are typed or scanned instead of digits, and up to three signs between the groups.
_DIGIT: Final = "[0-9OoIl]"
_LOOSE: Final = re.compile(rf"(?<!\w)(?:{_DIGIT}{{4}}\W{{0,3}}){{3}}{_DIGIT}{{3}}[0-9OoIlXx](?!\w)", re.ASCII)
_LETTERS: Final = str.maketrans("OoIl", "0011")
_PLACES: Final = (slice(0, 4), slice(4, 8), slice(8, 12), slice(12, 16))


def correction_of(value: str) -> Correction:
    """Return what to do about an unreadable identifier. A new value is only what the text itself contains."""
    if not value.strip():
        return Correction(Advice.EMPTY)
    if "sandbox.orcid" in value.lower():
        return Correction(Advice.SANDBOX)
    hosts = {host.lower() for host in _HOST.findall(value)}
    if hosts - _SITES:
        return Correction(Advice.OTHER)
    written = {_grouped(found) for found in _LOOSE.findall(value[:200])}
    valid = {orcid_id for orcid_id in written if is_orcid_id(orcid_id)}
    if any(is_example_orcid_id(orcid_id) for orcid_id in valid):
        return Correction(Advice.EXAMPLE)
    if len(valid) == 1:
        return Correction(Advice.READABLE, orcid_uri(valid.pop()))
    return Correction(Advice.MISTYPED if written and not valid else Advice.OTHER)


def _grouped(text: str) -> str:
    signs = re.sub(r"\W", "", text.translate(_LETTERS)).upper()
    return "-".join(signs[place] for place in _PLACES)

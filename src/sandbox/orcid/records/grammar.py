"""Describe documents: texts, elements, their order and their XML and JSON forms.

One statement (``schema.py``) serves four readers: XML in and out, JSON in and out. Inside, a document is a
plain dictionary in ORCID's JSON shape (kebab-case keys, ``{"value": …}`` wrappers) without its nulls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.orcid.records.simple_types import Check

Document = dict[str, Any]

COMMON: Final = "http://www.orcid.org/ns/common"
WORK: Final = "http://www.orcid.org/ns/work"
BULK: Final = "http://www.orcid.org/ns/bulk"
ERROR: Final = "http://www.orcid.org/ns/error"
ACTIVITIES: Final = "http://www.orcid.org/ns/activities"
NOTIFICATION: Final = "http://www.orcid.org/ns/notification"
PERSON: Final = "http://www.orcid.org/ns/person"
PERSONAL_DETAILS: Final = "http://www.orcid.org/ns/personal-details"
EMAIL: Final = "http://www.orcid.org/ns/email"
RECORD: Final = "http://www.orcid.org/ns/record"
HISTORY: Final = "http://www.orcid.org/ns/history"
PREFERENCES: Final = "http://www.orcid.org/ns/preferences"
SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"

PREFIXES: Final[Mapping[str, str]] = {
    COMMON: "common",
    WORK: "work",
    BULK: "bulk",
    ERROR: "error",
    ACTIVITIES: "activities",
    NOTIFICATION: "notification",
    PERSON: "person",
    PERSONAL_DETAILS: "personal-details",
    EMAIL: "email",
    RECORD: "record",
    HISTORY: "history",
    PREFERENCES: "preferences",
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An XML attribute, a plain key in JSON."""

    name: str
    check: Check
    required: bool = False
    whole_number: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """An element that holds text.

    ``vocabulary`` are values that the schema leaves open and ORCID's own code closes: an unknown one is
    refused at once in JSON, and arrives as null when it came in XML. ``bare_too`` lets JSON leave the wrapper
    off, as ORCID's own samples do.
    """

    check: Check
    wrapped: bool = True
    attributes: tuple[Attribute, ...] = ()
    vocabulary: frozenset[str] | None = None
    whole_number: bool = False
    moment: bool = False
    bare_too: bool = False


@dataclass(frozen=True, slots=True)
class Elements:
    """An element that holds elements, in this order."""

    parts: tuple["Part", ...]
    attributes: tuple[Attribute, ...] = ()
    as_a_whole: Callable[[Document], str | None] | None = None
    unspoken: frozenset[str] = frozenset()
    """Keys that are left out of JSON when they have no value, instead of being printed as null."""

    def part(self, space: str, name: str) -> int | None:
        """Return the position of an element of this name in the sequence."""
        for place, part in enumerate(self.parts):
            if part.name == name and part.space == space:
                return place
        return None


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a sequence: its name, namespace, content and number of occurrences."""

    space: str
    name: str
    kind: Text | Elements
    required: bool = False
    many: bool = False


class SchemaError(Exception):
    """Raised when the document violates the schema; the text names the rule."""


class UnexpectedElementError(SchemaError):
    """Raised for markup where only text is allowed."""


class UnknownValueError(SchemaError):
    """Raised when a value is not in its closed list."""

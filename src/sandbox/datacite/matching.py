"""Match records with a query, and preselect records by index."""

import re
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from typing import Any, Final

from sandbox.datacite import moments
from sandbox.datacite.query import Every, Node, Not, Range, Some, Term
from sandbox.datacite.records import Record, Records

_ALIASES: Final = {
    "publication_year": "publicationYear",
    "resource_type_id": "types.resourceTypeGeneral",
    "uid": "doi",
    "id": "doi",
    "name_identifiers": "nameIdentifiers",
    "funding_references": "fundingReferences",
    "related_identifiers": "relatedIdentifiers",
    "schema_version": "schemaVersion",
}
_BOTH_ROLES: Final = "creators_and_contributors"
_OWN_WORDS: Final = frozenset(
    {"title", "name", "givenName", "familyName", "description", "subject", "publisher"}
)
"""Text fields, searched word by word, ignoring case. All other fields are compared as a whole."""
_ANYWHERE: Final = (
    "titles.title",
    "creators.name",
    "contributors.name",
    "descriptions.description",
    "subjects.subject",
)
_MOMENTS: Final = frozenset({"created", "updated", "registered", "published"})
_WORD: Final = re.compile(r"\w+")


def candidates(node: Node, records: Records) -> set[str] | None:
    """Return the DOIs that can match, from an index; None when all records must be checked."""
    if isinstance(node, Every):
        found = [chosen for part in node.parts if (chosen := candidates(part, records)) is not None]
        return min(found, key=len) if found else None
    if isinstance(node, Some):
        each = [candidates(part, records) for part in node.parts]
        return None if any(chosen is None for chosen in each) else set().union(*filter(None, each))
    if isinstance(node, Range) and node.field == "updated":
        low, high = _ends(node)
        return records.updated_between(low, high)
    if isinstance(node, Term) and node.field and node.field.endswith(".nameIdentifier") and _is_plain(node):
        return records.naming(_plain(node))
    return None


def fits(node: Node, record: Record) -> bool:
    """Tell whether a record matches."""
    if isinstance(node, Every | Some):
        gathered = all if isinstance(node, Every) else any
        return gathered(fits(part, record) for part in node.parts)
    if isinstance(node, Not):
        return not fits(node.part, record)
    if isinstance(node, Range):
        return _in_range(node, record)
    return _single_fits(node, record)


def values(record: Record, field: str) -> Iterator[Any]:
    """Yield the values of a field in a record."""
    path = ".".join(_ALIASES.get(step, step) for step in field.split("."))
    path = _ALIASES.get(path, path)
    if path == "client_id":
        yield record.client
    elif path == "provider_id":
        yield record.provider
    elif path == "prefix":
        yield record.doi.partition("/")[0]
    elif path.startswith(f"{_BOTH_ROLES}."):
        rest = path.removeprefix(f"{_BOTH_ROLES}.").split(".")
        for person in record.people():
            yield from _reach(person, rest)
    else:
        yield from _reach(record.attributes, path.split("."))


def _reach(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _reach(each, path)
    elif not path:
        yield from value.values() if isinstance(value, dict) else (value,)
    elif isinstance(value, dict) and path[0] in value:
        yield from _reach(value[path[0]], path[1:])


def _single_fits(term: Term, record: Record) -> bool:
    if term.field is None:
        return _is_anywhere(term, record) or _plain(term) == record.doi
    if term.field == "_exists_":
        return any(value not in (None, "") for value in values(record, term.text))
    return term.field == "*" or _term_fits(term, term.field, record)


def _is_anywhere(term: Term, record: Record) -> bool:
    if not _is_plain(term):
        pattern = _pattern(term.text.lower())
        return any(pattern.fullmatch(word) for word in record.words())
    words = _WORD.findall(_plain(term).lower())
    if not words or not record.words().issuperset(words):
        return False
    return not term.is_phrase or any(_term_fits(term, field, record) for field in _ANYWHERE)


def _term_fits(term: Term, field: str, record: Record) -> bool:
    is_text = bool(_OWN_WORDS & set(field.rsplit(".", 1)[-1:])) or field == "publisher.name"
    return any(_value_fits(term, value, is_text=is_text) for value in values(record, field))


def _value_fits(term: Term, value: Any, *, is_text: bool) -> bool:
    if value is None:
        return False
    wanted, text = _plain(term), str(value)
    if not _is_plain(term):
        pattern = _pattern(term.text.lower() if is_text else term.text)
        pieces = _WORD.findall(text.lower()) if is_text else [text]
        return any(pattern.fullmatch(piece) for piece in pieces)
    if not is_text:
        return wanted == text or (isinstance(value, bool) and wanted == text.lower())
    words, present = _WORD.findall(wanted.lower()), _WORD.findall(text.lower())
    if term.is_phrase:
        return f" {' '.join(words)} " in f" {' '.join(present)} "
    return bool(words) and set(words) <= set(present)


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(translate(text))


def _is_plain(term: Term) -> bool:
    return term.is_phrase or not re.search(r"(?<!\\)[*?]", term.text)


def _plain(term: Term) -> str:
    return term.text if term.is_phrase else re.sub(r"\\(.)", r"\1", term.text)


def _ends(node: Range) -> tuple[int, int]:
    """Return the ends of a range of moments in milliseconds, both included."""
    low = None if node.low == "*" else moments.parsed(node.low, end=not node.with_low)
    high = None if node.high == "*" else moments.parsed(node.high, end=node.with_high)
    first = int(low.timestamp() * 1000) + (not node.with_low) if low else 0
    last = int(high.timestamp() * 1000) - (not node.with_high) if high else 2**62
    return first, last


def _in_range(node: Range, record: Record) -> bool:
    if node.field in _MOMENTS:
        low, high = _ends(node)
        return any(
            low <= moments.milliseconds(value) <= high for value in values(record, node.field) if value
        )
    return any(_between(node, value) for value in values(record, node.field) if value is not None)


def _between(node: Range, value: Any) -> bool:
    number = _number(value)
    for end, is_low, included in ((node.low, True, node.with_low), (node.high, False, node.with_high)):
        if end == "*":
            continue
        limit = _number(end)
        one, other = (number, limit) if number is not None and limit is not None else (str(value), end)
        if one == other and not included:
            return False
        if (one < other) if is_low else (one > other):  # type: ignore[operator]
            return False
    return True


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def check(node: Node) -> None:
    """Refuse a time range with an invalid end, as OpenSearch does.

    Raises:
        ValueError: with the words of the refusal.
    """
    if isinstance(node, Every | Some):
        for part in node.parts:
            check(part)
    elif isinstance(node, Not):
        check(node.part)
    elif isinstance(node, Range) and node.field in _MOMENTS:
        for end in (node.low, node.high):
            if end != "*" and moments.parsed(end) is None:
                raise ValueError(f"failed to parse date field [{end}]")

"""What ORCID asks of a work beyond its schema, and what we ask beyond ORCID, written from the contract alone.

This knows nothing of the mapping: lists and rules are read from the contract (2.5, 2.6, 2.8, 3), so that a
mistake is not checked by itself. The stand-in's rules are a third reading of the same pages.
"""

import re
from datetime import date
from typing import Any

from sandbox.orcid.records import vocabulary
from sandbox.orcid.records.identifiers import compared

FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(
    r"</?(?:p|i|b|em|strong|sub|sup|br|div|span|jats:\w+|mml:\w+)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+);")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_BARE_DOI = re.compile(r"10\.\d+(?:\.\d+)*/[^\s\"&']+")


def complaints(work: dict[str, Any]) -> list[str]:
    """Return everything that is wrong with a work, given as JSON."""
    return [*_texts(work), *_values(work), *_date(work), *_identifiers(work), *_people(work)]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]


def _java_length(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def _texts(work: dict[str, Any]) -> list[str]:
    title = work["title"]
    bounds = [
        ("title", title["title"]["value"], 1000),
        ("subtitle", title.get("subtitle", {"value": "-"})["value"], 1000),
        ("translated-title", title.get("translated-title", {"value": "-"})["value"], 1000),
        ("journal-title", work.get("journal-title", {"value": "-"})["value"], 1000),
        ("short-description", work.get("short-description", "-"), 5000),
    ]
    found = [f"{name} is too long" for name, text, most in bounds if _java_length(text) > most]
    found += [f"{name} is blank" for name, text, _ in bounds if not text.strip()]
    found += [f"{name} has blanks in a row" for name, text, _ in bounds if text != " ".join(text.split())]
    found += [
        f"{name} has markup" for name, text, _ in bounds if _MARKUP.search(text) or _ENTITY.search(text)
    ]
    found += [f"forbidden in XML: {text[:40]!r}" for text in _strings(work) if FORBIDDEN_IN_XML.search(text)]
    return found


def _values(work: dict[str, Any]) -> list[str]:
    found = [] if work["type"] in vocabulary.WORK_TYPES else [f"type {work['type']}"]
    codes = [work.get("language-code"), work["title"].get("translated-title", {}).get("language-code")]
    found += [f"language {code}" for code in codes if code is not None and code not in vocabulary.LANGUAGES]
    found += [
        f"{key} is not ours to send" for key in ("visibility", "put-code", "source", "path") if key in work
    ]
    if not re.fullmatch(r"https?://[\x21-\x7e]+", work["url"]["value"]):
        found.append("url")
    citation = work.get("citation")
    if citation and (
        citation["citation-type"] not in vocabulary.CITATION_TYPES or not citation["citation-value"]
    ):
        found.append("citation")
    return found


def _date(work: dict[str, Any]) -> list[str]:
    given = work.get("publication-date")
    if given is None:
        return []
    parts = [given[name]["value"] for name in ("year", "month", "day") if name in given]
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", "-".join(parts)) or ("day" in given) > ("month" in given):
        return [f"date {parts}"]
    try:
        date(*[int(part) for part in parts], *[1] * (3 - len(parts)))
    except ValueError:
        return [f"date {parts} is in no calendar"]
    return [] if 1900 <= int(parts[0]) <= 2100 else [f"year {parts[0]}"]


def _identifiers(work: dict[str, Any]) -> list[str]:
    ids = work["external-ids"]["external-id"]
    found = []
    for one in ids:
        kind, value, relationship = (one[f"external-id-{part}"] for part in ("type", "value", "relationship"))
        if kind not in vocabulary.EXTERNAL_ID_TYPES or relationship not in vocabulary.RELATIONSHIPS:
            found.append(f"identifier {kind} {relationship}")
        if relationship == "funded-by" and kind not in vocabulary.FUNDED_BY_ID_TYPES:
            found.append(f"funded by a {kind}")
        if not value.strip() or not _is_valid(kind, value):
            found.append(f"not a valid {kind}: {value!r}")
        if one.get("external-id-url") and not re.fullmatch(
            r"https?://[^\s<>\"]+", one["external-id-url"]["value"]
        ):
            found.append(f"address of {value!r}")
    same = [compared(one["external-id-type"], one["external-id-value"]) for one in ids]
    found += [f"twice: {one}" for one in set(same) if same.count(one) > 1]
    own = [one for one in ids if one["external-id-relationship"] == "self"]
    if [one["external-id-type"] for one in own] != ["doi"]:
        found.append(f"self: {own}")
    return found


def _is_valid(kind: str, value: str) -> bool:
    if kind == "doi":
        return _BARE_DOI.fullmatch(value) is not None and value == value.lower()
    if kind == "issn":
        digits = value.replace("-", "")
        numbers = [10 if digit == "X" else int(digit) for digit in digits]
        return len(numbers) == 8 and sum(n * (8 - i) for i, n in enumerate(numbers)) % 11 == 0
    if kind == "isbn":
        numbers = [10 if digit == "X" else int(digit) for digit in value]
        if len(numbers) == 13:
            return sum(numbers[0::2] + [3 * n for n in numbers[1::2]]) % 10 == 0
        return len(numbers) == 10 and sum((10 - i) * n for i, n in enumerate(numbers)) % 11 == 0
    if kind == "uri":
        return re.fullmatch(r"https?://[\x21-\x7e]+", value) is not None
    return compared(kind, value)[1] != ""


def _people(work: dict[str, Any]) -> list[str]:
    people = work.get("contributors", {"contributor": []})["contributor"]
    found = []
    for place, one in enumerate(people):
        name, attributes = one["credit-name"]["value"], one["contributor-attributes"]
        if not name.strip() or _java_length(name) > 150 or _EMAIL.search(name) or "contributor-email" in one:
            found.append(f"name {name!r}")
        if attributes.get("contributor-role", "author") not in vocabulary.CONTRIBUTOR_ROLES:
            found.append(f"role {attributes['contributor-role']}")
        if attributes["contributor-sequence"] != ("first" if place == 0 else "additional"):
            found.append(f"sequence of {name!r}")
        orcid = one.get("contributor-orcid")
        if orcid and (
            orcid["uri"] != f"https://orcid.org/{orcid['path']}" or not _has_right_check_digit(orcid["path"])
        ):
            found.append(f"iD {orcid}")
    if "contributors" in work and not people:
        found.append("contributors without a contributor")
    return found


def _has_right_check_digit(orcid_id: str) -> bool:
    """ISO 7064 MOD 11-2, as a weighted sum: all sixteen, weighted by powers of two, leave 1."""
    digits = [10 if character == "X" else int(character) for character in orcid_id.replace("-", "")]
    return sum(digit * 2 ** (15 - place) for place, digit in enumerate(digits)) % 11 == 1

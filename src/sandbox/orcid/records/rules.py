"""The second layer: checks of a work in ORCID's own code beyond the schema, in its order.

The first rule that is broken decides the answer, except for the identifiers: those are collected.
"""

import re
from datetime import date
from typing import Final

from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.grammar import Document
from sandbox.orcid.wire.errors import OrcidError

_BLANK: Final = " \t\r\n"
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_NEEDS_ID: Final = "At least one external identifier is required"
_NEEDS_SELF: Final = "At least one identifier with 'self' relationship is required"


def check_new_work(work: Document) -> None:
    """Check a work to add.

    Raises:
        OrcidError: the first broken rule.
    """
    _check(work)
    if work.get("put-code") is not None:
        raise OrcidError(9024)
    _check_identifiers(work)


def check_changed_work(work: Document, *, visibility: str) -> None:
    """Check a work that replaces one with this visibility.

    Raises:
        OrcidError: the first broken rule.
    """
    _check(work)
    if work.get("visibility") not in (None, visibility):
        raise OrcidError(9035)
    _check_identifiers(work)


def check_roles(work: Document) -> None:
    """Check contributor roles; ORCID does so late, while it writes to its database.

    Raises:
        OrcidError: a role is neither on the old list nor a CRediT address.
    """
    for contributor in work.get("contributors", {}).get("contributor", ()):
        role = contributor.get("contributor-attributes", {}).get("contributor-role")
        if role is not None and role not in v.CONTRIBUTOR_ROLES:
            raise OrcidError(9058, role=role)


def _check(work: Document) -> None:
    _check_titles(work)
    _check_values(work)
    _check_date(work.get("publication-date"))
    _check_citation(work.get("citation"))
    _check_funded_by(_identifiers(work))
    _check_contributors(work)


def _check_titles(work: Document) -> None:
    titles = work.get("title") or {}
    title = titles.get("title", {}).get("value")
    if not title or not title.strip(_BLANK):
        raise OrcidError(9022)
    if "country" in work and work["country"].get("value") not in v.COUNTRIES:
        raise _invalid("country", v.COUNTRIES)
    translated = titles.get("translated-title")
    if translated is None:
        return
    text, language = translated.get("value"), translated.get("language-code")
    if not text and not language:
        return
    if not text or not language:
        raise OrcidError(9020, "A translated title and its language come together")
    if language not in v.LANGUAGES:
        raise _invalid("translated title's language code", v.LANGUAGES)


def _check_values(work: Document) -> None:
    if work.get("type") not in v.ACCEPTED_WORK_TYPES:
        raise _invalid("work type", v.WORK_TYPES)
    language = work.get("language-code")
    if language is not None and language not in v.LANGUAGES:
        raise _invalid("language code", v.LANGUAGES)


def _check_date(given: Document | None) -> None:
    if given is None:
        return
    names = ("year", "month", "day")[: len(given)]
    parts = [given[name]["value"] for name in names if name in given]
    if len(parts) != len(given) or not all(_DIGITS.fullmatch(part) for part in parts):
        raise OrcidError(9049, f"'{'-'.join(parts)}' can not be read as a date")
    numbers = [int(part) for part in parts]
    try:
        date(*(numbers + [1, 1, 1][len(numbers) :]))
    except (ValueError, TypeError, OverflowError) as error:
        raise OrcidError(9049, f"'{'-'.join(parts)}' is not in the calendar") from error
    if [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
        raise OrcidError(9049, f"'{'-'.join(parts)}' is not written as yyyy-MM-dd, with leading zeros")


def _check_citation(citation: Document | None) -> None:
    if citation is None:
        return
    if citation.get("citation-type") not in v.CITATION_TYPES:
        raise _invalid("citation type", v.CITATION_TYPES)
    if not (citation.get("citation-value") or "").strip(_BLANK):
        raise OrcidError(9020, "The citation is empty")


def _check_funded_by(identifiers: list[Document]) -> None:
    if not identifiers:
        raise OrcidError(9023, _NEEDS_ID)
    for identifier in identifiers:
        if (
            identifier.get("external-id-relationship") == "funded-by"
            and identifier.get("external-id-type") not in v.FUNDED_BY_ID_TYPES
        ):
            allowed = ", ".join(sorted(v.FUNDED_BY_ID_TYPES))
            raise OrcidError(9020, f"The relationship funded-by is only for identifiers of type {allowed}")


def _check_contributors(work: Document) -> None:
    for contributor in work.get("contributors", {}).get("contributor", ()):
        orcid_id = contributor.get("contributor-orcid", {})
        if "uri" in orcid_id and not v.ORCID_URI.fullmatch(orcid_id["uri"]):
            raise OrcidError(9020, "The address of a contributor is not that of an ORCID iD")
        if "path" in orcid_id and not v.ORCID_PATH.fullmatch(orcid_id["path"]):
            raise OrcidError(9020, "The path of a contributor is not an ORCID iD")
        if not contributor.get("credit-name", {}).get("value", "?").strip(_BLANK):
            raise OrcidError(9020, "The name of a contributor is empty")
        if not contributor.get("contributor-email", "?").strip(_BLANK):
            raise OrcidError(9020, "The address of a contributor is empty")


def _check_identifiers(work: Document) -> None:
    identifiers = _identifiers(work)
    wrong = [
        f"Invalid external-id  {what}" for identifier in identifiers for what in _what_is_wrong(identifier)
    ]
    if wrong:
        raise OrcidError(9023, "; ".join(wrong))
    if not any(identifier["external-id-relationship"] == "self" for identifier in identifiers):
        raise OrcidError(9023, _NEEDS_SELF)


def check_item_identifier(identifier: Document) -> None:
    """Check the identifier of an item of an inbox message.

    Raises:
        OrcidError: 9023.
    """
    wrong = _what_is_wrong(identifier)
    if wrong:
        raise OrcidError(9023, "; ".join(f"Invalid external-id  {what}" for what in wrong))


def _what_is_wrong(identifier: Document) -> list[str]:
    id_type = identifier.get("external-id-type")
    wrong: list[str] = []
    if id_type not in v.EXTERNAL_ID_TYPES:
        wrong.append(f"type: '{id_type}'")
    if not (identifier.get("external-id-value") or "").strip(_BLANK):
        wrong.append(f"value of {id_type}: it is empty")
    if identifier.get("external-id-relationship") not in v.RELATIONSHIPS:
        wrong.append(f"relationship of {id_type}: it is missing or unknown")
    return wrong


def _identifiers(work: Document) -> list[Document]:
    found: list[Document] = work.get("external-ids", {}).get("external-id", [])
    return found


def _invalid(what: str, values: frozenset[str]) -> OrcidError:
    return OrcidError(9037, type=what, values=", ".join(sorted(values)))

"""Identifiers of a work: the DOI as its own, versions so that ORCID groups them, containers, grants.

Only the DOI is ``self``. ORCID calls two works of one source the same when any of their ``self`` ids agree
(contract 2.8), so a second one, shared by two versions of a deposit, would make one overwrite the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from profiles.domain.doi_record import Award, DoiRecord, Related, text
from profiles.domain.ids import doi_url, parse_doi
from profiles.domain.mapping.cleaning import clean, is_placeholder
from profiles.domain.orcid_work import ExternalId, Value

VERSION_RELATIONS: Final = frozenset(
    {"IsVersionOf", "HasVersion", "IsNewVersionOf", "IsPreviousVersionOf", "IsIdenticalTo"}
)
CONTAINER_RELATIONS: Final = frozenset({"IsPartOf", "IsPublishedIn"})
TYPES: Final = {
    "doi": "doi", "handle": "handle", "ark": "ark", "arxiv": "arxiv", "bibcode": "bibcode", "pmid": "pmid",
    "pmcid": "pmc", "pmc": "pmc", "isbn": "isbn", "issn": "issn", "eissn": "issn", "lissn": "issn",
    "urn": "urn", "cstr": "cstr", "rrid": "rrid", "raid": "raid", "rfc": "rfc", "zbl": "zbl", "lccn": "lccn",
    "oclc": "oclc", "wosid": "wosuid", "wos": "wosuid", "scopus": "eid", "ismn": "ismn",
}  # fmt: skip
"""DataCite's names of identifier types, in lower case, and ORCID's (contract 3.2)."""
CONTAINER_TYPES: Final = frozenset({"doi", "issn", "isbn", "handle", "ark", "urn", "ismn"})
"""What names a container. A web page, such as a community of a repository, is none."""
MOST: Final = 60
"""Identifiers a work: some concepts have hundreds of versions, and ORCID compares all with all."""
_FORMS: Final = {
    "handle": re.compile(r"[\w.]+/\S+", re.ASCII),
    "ark": re.compile(r"ark:/?\d{5,9}/\S+", re.IGNORECASE | re.ASCII),
    "arxiv": re.compile(
        r"(arxiv:)?([a-z-]+(\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})(v\d+)?", re.IGNORECASE | re.ASCII
    ),
    "bibcode": re.compile(r"\d{4}\S{15}", re.ASCII),
    "pmid": re.compile(r"\d{1,9}", re.ASCII),
    "pmc": re.compile(r"(PMC)?\d{1,9}", re.IGNORECASE | re.ASCII),
    "urn": re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:\S+", re.IGNORECASE | re.ASCII),
    "ismn": re.compile(r"(979-?0-?|M-?)[\d-]{8,12}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the metadata that is not sent, and why."""

    field: str
    value: str
    reason: str


def external_ids(record: DoiRecord, dropped: list[Dropped]) -> tuple[ExternalId, ...]:
    """Return all identifiers, the work's own DOI first, none twice."""
    own = own_doi(record.doi)
    seen = {(own.external_id_type, own.external_id_value)}
    found = [own]
    for one in _all_others(record, dropped):
        key = (one.external_id_type, one.external_id_value.lower())
        if key not in seen:
            seen.add(key)
            found.append(one)
    if len(found) > MOST:
        dropped.append(Dropped("relatedIdentifiers", str(len(found) - MOST), f"more than {MOST} identifiers"))
    return tuple(found[:MOST])


# ORCID compares DOIs up to the first of these (contract 2.6.4), so two that differ only behind one would be
# taken for the same work. Encoded they mean the same to every resolver, and stay whole.
_STOPS: Final = {"&": "%26", '"': "%22", "'": "%27"}


def own_doi(doi: str) -> ExternalId:
    """Return the work's own identifier."""
    value = "".join(_STOPS.get(character, character) for character in doi)
    return ExternalId("doi", value, "self", Value(doi_url(doi)))


def _all_others(record: DoiRecord, dropped: list[Dropped]) -> Iterator[ExternalId]:
    for related in record.related:
        yield from _related(related, record.doi, "relatedIdentifiers", dropped)
    for item in record.related_items:
        if item.value:
            yield from _related(item, record.doi, "relatedItems", dropped)
    yield from _container(record)
    for kind, value in record.alternates:
        yield from _alternate(kind, value)
    for award in record.awards:
        yield from _grant(award, dropped)


def _related(related: Related, own: str, field: str, dropped: list[Dropped]) -> Iterator[ExternalId]:
    if related.relation in VERSION_RELATIONS:
        relationship = "version-of"
    elif related.relation in CONTAINER_RELATIONS:
        relationship = "part-of"
    else:
        return
    kind = TYPES.get(related.kind.lower())
    if kind is None or (relationship == "part-of" and kind not in CONTAINER_TYPES):
        dropped.append(
            Dropped(field, related.value[:200], f"{related.kind or 'no type'} names no work or container")
        )
        return
    value = valid(kind, related.value)
    if value is None:
        dropped.append(Dropped(field, related.value[:200], f"not a valid {kind}"))
    elif not (kind == "doi" and value == own):
        yield ExternalId(kind, value, relationship, Value(doi_url(value)) if kind == "doi" else None)


def _container(record: DoiRecord) -> Iterator[ExternalId]:
    kind = TYPES.get(text(record.container.get("identifierType")).lower())
    value = valid(kind, text(record.container.get("identifier"))) if kind in CONTAINER_TYPES else None
    if kind and value and value != record.doi:
        yield ExternalId(kind, value, "part-of")


def _alternate(name: str, given: str) -> Iterator[ExternalId]:
    """Identifiers of the same thing group it with its copies elsewhere; ``self`` is the DOI's alone."""
    kind = TYPES.get(name.lower().replace(" ", ""))
    if kind in {"arxiv", "pmid", "pmc", "bibcode", "handle", "ark", "urn"}:
        value = valid(kind, given)
        if value:
            yield ExternalId(kind, value, "version-of")


def _grant(award: Award, dropped: list[Dropped]) -> Iterator[ExternalId]:
    number = clean(award.number)
    if not number or is_placeholder(number):
        return
    doi = parse_doi(number) if number.lower().startswith(("10.", "doi:", "http")) else None
    if doi:
        yield ExternalId("doi", doi, "funded-by", Value(doi_url(doi)))
    elif len(number) > 100:  # noqa: PLR2004  a sentence, not a number
        dropped.append(Dropped("fundingReferences", number[:200], "too long for a grant number"))
    else:
        uri = web_address(award.uri)
        yield ExternalId("grant_number", number, "funded-by", Value(uri) if uri else None)


def valid(kind: str | None, given: str) -> str | None:
    """Return the identifier in its usual form if it is a valid one of its kind, else None."""
    value = clean(given)
    if kind is None or not value or is_placeholder(value):
        return None
    if kind == "doi":
        return parse_doi(value)
    if kind in {"issn", "isbn"}:
        return _issn(value) if kind == "issn" else _isbn(value)
    bare = re.sub(
        r"^https?://(hdl\.handle\.net|n2t\.net|arxiv\.org/abs|www\.ncbi\.nlm\.nih\.gov/pubmed)/", "", value
    )
    form = _FORMS.get(kind)
    if " " in bare or (form is not None and form.fullmatch(bare) is None):
        return None
    return bare


def _issn(value: str) -> str | None:
    digits = re.sub(r"[^\dXx]", "", value.upper().removeprefix("ISSN"))
    if re.fullmatch(r"\d{7}[\dX]", digits, re.ASCII) is None:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True))
    check = -total % 11
    return f"{digits[:4]}-{digits[4:]}" if digits[7] == ("X" if check == 10 else str(check)) else None  # noqa: PLR2004


def _isbn(value: str) -> str | None:
    digits = re.sub(r"[\s-]", "", value.upper().removeprefix("ISBN").lstrip(": "))
    if re.fullmatch(r"\d{13}", digits, re.ASCII):
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
        return digits if total % 10 == 0 else None
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        total = sum((10 if d == "X" else int(d)) * w for d, w in zip(digits, range(10, 0, -1), strict=True))
        return digits if total % 11 == 0 else None
    return None


_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+\S*", re.IGNORECASE)


def web_address(given: str) -> str | None:
    """Return a web address that ORCID takes, odd characters encoded; None for anything else."""
    value = clean(given).replace(" ", "%20")
    if _ADDRESS.fullmatch(value) is None:
        return None
    return "".join(
        character if character.isascii() and character not in '<>"{}|\\^`[]' else _encoded(character)
        for character in value
    )


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())

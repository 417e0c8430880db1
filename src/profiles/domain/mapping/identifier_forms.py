"""Check identifiers by type, and return the one form in which each is sent.

ORCID accepts any text for any type (contract 2.5 row 15) and shows it publicly, so it is checked here:
check digits of ISBN and ISSN, the shape of the others.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from profiles.domain.dois.mentions import find_dois
from profiles.domain.ids import Doi, doi_for_orcid, doi_url, parse_doi
from profiles.domain.mapping.orcid_work import ExternalId, Value
from profiles.domain.records.fillers import is_filler
from profiles.domain.records.texts import clean

TYPES: Final = {
    "ark": "ark", "arxiv": "arxiv", "bibcode": "bibcode", "cstr": "cstr", "doi": "doi", "ean13": "isbn",
    "eissn": "issn", "handle": "handle", "hdl": "handle", "igsn": "other-id", "isbn": "isbn", "ismn": "ismn",
    "issn": "issn", "istc": "other-id", "lissn": "issn", "lsid": "urn", "oclc": "oclc", "osti": "osti",
    "ostiid": "osti", "pissn": "issn", "pmc": "pmc", "pmcid": "pmc", "pmid": "pmid", "purl": "uri",
    "raid": "raid", "rrid": "rrid", "swhid": "other-id", "upc": "other-id", "uri": "uri", "url": "uri",
    "urn": "urn", "w3id": "uri", "wos": "wosuid", "wosid": "wosuid",
}  # fmt: skip
"""DataCite's names of identifier types, and what depositors call them, without blanks and in lower case, and
ORCID's (contract 3.2)."""

_MAX_LENGTH: Final = 2000
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:]+(?::\d+)?(?P<rest>[/?#]\S*)?", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})|[\[\]](?=[^?]*$)")


@lru_cache(maxsize=512)
def type_of(name: str | None) -> str | None:
    """Return ORCID's name of an identifier type; None when ORCID has no such type."""
    return TYPES.get("".join((name or "").lower().replace("-", "").split()))


def identifier(kind: str, raw: str | None, relationship: str) -> ExternalId | None:
    """Return an identifier in its usual form, or None if it is not a valid one of its kind.

    An address of a resolver is read as the identifier that it resolves.
    """
    text = clean(raw)
    if len(text) > _MAX_LENGTH or is_filler(text):
        return None
    value = _FORMS[kind](text) if kind != "uri" else None
    if not value and (kind == "uri" or text.lower().startswith("http")):
        named = kind
        kind, text = _resolved(text)
        # An address that resolves to no identifier counts as one only if it was deposited as an address.
        value = _FORMS[kind](text) if kind != "uri" or named == "uri" else None
    if not value:
        return None
    if kind == "doi":
        return ExternalId("doi", doi_for_orcid(value), relationship, Value(doi_url(value)))
    return ExternalId(kind, value, relationship, Value(value) if kind == "uri" else None)


_FRAGMENT: Final = re.compile(r"#[A-Za-z_][\w=,.&:-]*$")


def read_doi_in_metadata(text: str) -> Doi | None:
    """Read a DOI that a depositor wrote, also among words of a remark if it is the only one."""
    if "#" in text:
        text = _FRAGMENT.sub("", text)
    doi = parse_doi(text)
    if doi is not None or "10." not in text:
        return doi
    dois = {mention.doi for mention in find_dois(text, limit=2)}
    return dois.pop() if len(dois) == 1 else None


def comparison_key(one: ExternalId) -> tuple[str, str]:
    """Return what is equal for two equal identifiers: ORCID ignores case except in a few types."""
    kind, value = one.external_id_type, one.external_id_value
    if kind == "arxiv":
        return kind, value.lower().removeprefix("arxiv:")
    return kind, value if kind in _CASE_COUNTS else value.lower()


_CASE_COUNTS: Final = frozenset({"ark", "bibcode", "rrid", "uri"})


def _resolved(address: str) -> tuple[str, str]:
    lower = address.lower()
    if "doi.org/10." in lower and read_doi_in_metadata(address):
        return "doi", address
    for mark, kind in _RESOLVERS:
        if mark in lower and (found := _FORMS[kind](address)):
            return kind, found
    return "uri", address


_RESOLVERS: Final = (
    ("hdl.handle.net/", "handle"), ("/ark:", "ark"), ("arxiv.org/abs/", "arxiv"), ("nbn-resolving", "urn"),
    ("pubmed", "pmid"),
)  # fmt: skip


def web_address(raw: str | None) -> str | None:
    """Return a web address that ORCID accepts, with unsafe characters encoded; None for anything else."""
    text = clean(raw).replace(" ", "%20")
    if not text or len(text) > _MAX_LENGTH or _ADDRESS.fullmatch(text) is None:
        return None
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text)


def _uri(text: str) -> str | None:
    """Return an address; None when it has no path and so names a whole site."""
    found = _ADDRESS.fullmatch(text.replace(" ", "%20"))
    return web_address(text) if found and len(found["rest"] or "") > 1 else None


def _issn(text: str) -> str | None:
    digits = re.sub(
        r"[\s\-\u2010-\u2015]", "", text.upper().removeprefix("URN:").removeprefix("ISSN").lstrip(": ")
    )
    if re.fullmatch(r"\d{7}[\dX]", digits, re.ASCII) is None:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=False))
    expected = "0123456789X"[-total % 11]
    return f"{digits[:4]}-{digits[4:]}" if digits[7] == expected else None


def _isbn(text: str) -> str | None:
    bare = re.sub(r"^(?:urn:)?isbn(?:-?1[03](?=[\s:]))?[\s:]*", "", text.lower())
    digits = re.sub(r"[\s\-\u2010-\u2015.]", "", bare).upper()
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
        return digits if total % 10 == 0 else None
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        values = [10 if digit == "X" else int(digit) for digit in digits]
        total = sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True))
        return digits if total % 11 == 0 else None
    return None


def _shaped(pattern: str, *, prefix: str = "", upper: bool = False) -> Callable[[str], str | None]:
    """Return a reader for identifiers that match a pattern; its first group is what is sent."""
    form = re.compile(pattern, re.IGNORECASE | re.ASCII)

    def read(text: str) -> str | None:
        found = form.fullmatch(unquote(text))
        value = found.group(1) if found else None
        if not value or not value.isprintable():
            return None
        return prefix + (value.upper() if upper else value)

    return read


_FORMS: Final[dict[str, Callable[[str], str | None]]] = {
    "doi": read_doi_in_metadata,
    "uri": _uri,
    "issn": _issn,
    "isbn": _isbn,
    "ark": _shaped(r"(?:https?://\S+?/)?(ark:/?[0-9b-df-hj-np-tv-z]{5,9}/\S+)"),
    "arxiv": _shaped(
        r"(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/)?(?:arxiv[:.\s]\s*)?"
        r"((?:[a-z-]+(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)(?:\.pdf|\s*\[[\w.-]+\])?",
        prefix="arXiv:",
    ),
    "bibcode": _shaped(r"(?:https?://\S+/abs/)?(\d{4}[a-z0-9&.]{15})(?:/abstract)?"),
    "cstr": _shaped(r"(?:https?://\S+?/)?(?:cstr:\s*)?(\d{5}\.[\w.]+\.\S+)"),
    # The page of a repository has the handle as its path.
    "handle": _shaped(
        r"(?:https?://hdl\.handle\.net/(?:api/handles/)?|https?://\S+?/handle/|hdl:\s*|info:hdl/|handle:\s*)?(\d[\w.]*/[^\s?#]+)(?:[?#]\S*)?"
    ),
    "ismn": _shaped(r"(?:ismn[:\s]*)?((?:979-?0-?|M-?)\d[\d-]{7,11})"),
    "oclc": _shaped(r"(?:\(?ocolc\)?|oc[mn]|on)?\s*(\d{1,14})"),
    "osti": _shaped(r"(?:https?://(?:www\.)?osti\.gov/(?:biblio|servlets/purl)/)?(\d{1,10})"),
    "other-id": _shaped(r"(\S.{4,198}\S)"),
    "pmc": _shaped(r"(?:https?://\S+/)?(?:pmcid:\s*)?(PMC\d{1,9})/?", upper=True),
    "pmid": _shaped(r"(?:https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/|pmid:?\s*)?(\d{1,8})/?"),
    "raid": _shaped(r"(?:https?://(?:www\.)?raid\.org/|https?://hdl\.handle\.net/|raid:)?(10\.\d{4,9}/\S+|\d+\.\d+/\S+)"),
    "rrid": _shaped(r"(?:https?://\S+/)?(RRID:\s?[A-Z]+[_:][\w:-]+)"),
    "urn": _shaped(r"(?:https?://nbn-resolving\.(?:org|de)/(?:resolver\?identifier=)?)?(urn:[a-z0-9][a-z0-9-]{1,31}:\S+)"),
    "wosuid": _shaped(r"((?:WOS:)?[A-Z0-9]{15}|WOS:\d{15})", upper=True),
}  # fmt: skip

"""External identifiers: normalise values as ORCID does to compare them.

The value is kept as sent; the normalised form is computed for comparison, for grouping and on each read.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Final

from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.grammar import Document

_DOI: Final = re.compile(r"""10(?:\.[0-9a-zA-Z]+)+/[^\s"&']+""")
_ARXIV: Final = re.compile(
    r"(?:arxiv[:/.\s]*|/abs/|/pdf/)?((?:\d{4}\.\d{4,5}|[a-z\-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?)",
    re.IGNORECASE,
)
_ISSN: Final = re.compile(r"(?<![\dx])(\d{4})[-\s]?(\d{3}[\dx])(?![\dx])", re.IGNORECASE)
_ISBN: Final = re.compile(r"(?:97[89])?\d{9}[\dx]", re.IGNORECASE)
_PMC: Final = re.compile(r"(?:pmc)?[:\s]*(\d+)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")


def _doi(value: str) -> str:
    if "&" in value and ";" in value:
        before = None
        while before != value:
            before, value = value, unescape(value)
    found = _DOI.search(value)
    # No decoding of %2F, no trimming of a full stop at the end: ORCID does neither.
    return found.group() if found else ""


def _arxiv(value: str) -> str:
    found = _ARXIV.search(value)
    return f"arXiv:{found.group(1)}" if found else ""


def _isbn(value: str) -> str:
    found = _ISBN.search(re.sub(r"[-\s]", "", value))
    return found.group() if found else ""


def _issn(value: str) -> str:
    found = _ISSN.search(value)
    return f"{found.group(1)}-{found.group(2).upper()}" if found else ""


def _pmid(value: str) -> str:
    found = _DIGITS.search(value)
    return found.group() if found else ""


def _pmc(value: str) -> str:
    found = _PMC.search(value)
    return found.group(1) if found else ""


def _uri(value: str) -> str:
    text = value.strip()
    return text if _SCHEME.match(text) else f"http://{text}"


_BY_TYPE: Final[dict[str, Callable[[str], str]]] = {
    "doi": _doi,
    "arxiv": _arxiv,
    "isbn": _isbn,
    "issn": _issn,
    "pmid": _pmid,
    "pmc": _pmc,
    "uri": _uri,
}


def normalised(id_type: str, value: str) -> str:
    """Return the normalised value, empty when the value is invalid for its type."""
    if id_type not in v.CASE_SENSITIVE_ID_TYPES:
        value = value.lower()
    by_type = _BY_TYPE.get(id_type)
    return by_type(value) if by_type else value


def compared(id_type: str, value: str) -> tuple[str, str]:
    """Return the key that equal identifiers share: the raw value if the normalised one is empty."""
    return id_type, normalised(id_type, value) or value


def with_normalised(identifier: Document) -> Document:
    """Return an identifier as ORCID returns it: with its normalised value, or with the error."""
    id_type, value = identifier["external-id-type"], identifier["external-id-value"]
    form = normalised(id_type, value)
    if form:
        return {**identifier, "external-id-normalized": {"value": form, "transient": True}}
    return {
        **identifier,
        "external-id-normalized-error": {
            "error-code": "8001",
            "error-message": f"Cannot normalize identifier value to {id_type}:'{value}'",
            "transient": True,
        },
    }

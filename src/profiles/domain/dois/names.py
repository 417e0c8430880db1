"""The name of a DOI in its exact form, and the forms in which it is sent."""

import re
from typing import Final, NewType
from urllib.parse import quote, unquote

Doi = NewType("Doi", str)
"""Bare and lower-case: ``10.5438/4hr0-d640``."""

MAX_BYTES: Final = 2000
"""No DOI is longer, and what is could not be looked up by an index of the database either."""
FEW_SIGNS: Final = MAX_BYTES // 4
"""So many signs fit in any case: one takes four bytes at most."""

_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.ASCII)
_PREFIX: Final = re.compile(
    r"\s*(?:(?:https?:/*)?(?:(?:dx|www)\.)?doi\.org/+(?:doi:)?|info:doi/|doi\s*:\s*|urn:doi:)?\s*",
    re.IGNORECASE,
)
_ESCAPES: Final = str.maketrans({character: f"%{ord(character):02X}" for character in '%"#?<>[\\]^`{|} '})
# ORCID reads a DOI only up to the first of these (contract 2.6.4), so that two which differ behind one would
# be the same to it: adding the second would be answered with the put-code of the first. Encoded, they mean
# the same to every resolver and stay whole.
_STOPS: Final = {"&": "%26", '"': "%22", "'": "%27"}


def exact_doi(text: str) -> Doi | None:
    """Read a DOI as a machine gives it: bare, with ``doi:``, or as an address, with nothing else around it.

    No character is cut off, because a registered DOI may end in any. An address is decoded once, a bare
    name only when it has no slash of its own. What people write is read by ``parse_doi``.
    """
    stripped = text.strip()
    prefix = _PREFIX.match(stripped)
    name = stripped[prefix.end() :] if prefix else stripped
    is_address = bool(prefix and "/" in prefix.group())
    if is_address:
        # A question mark that belongs to the name is encoded in a sound address; a query has a "=".
        before, _, query = name.partition("?")
        name = before if "=" in query and "/" in before else name
    if is_address or "%2f" in name.lower():
        name = unquote(name)
    return doi_named(name)


def doi_named(name: str) -> Doi | None:
    """Return a bare name as a DOI, or None when it is none."""
    if _DOI.fullmatch(name) is None or not name.isprintable():
        return None
    doi = name.lower()
    if len(doi) > FEW_SIGNS and len(doi.encode()) > MAX_BYTES:
        return None
    return Doi(doi)


def doi_url(doi: str) -> str:
    """Return the DOI's address; characters that would end or change an address are encoded."""
    escaped = doi.translate(_ESCAPES)
    if not escaped.isascii():
        escaped = "".join(one if one.isascii() else quote(one) for one in escaped)
    return "https://doi.org/" + escaped


def doi_for_orcid(doi: str) -> str:
    """Return a DOI as it is sent to ORCID, which then reads it to its end."""
    if any(stop in doi for stop in _STOPS):
        return "".join(_STOPS.get(character, character) for character in doi)
    return doi


def doi_from_orcid(value: str) -> Doi | None:
    """Read a DOI on an ORCID record, whether we sent it or another source wrote it."""
    for stop, code in _STOPS.items():
        value = value.replace(code, stop)
    return exact_doi(value)

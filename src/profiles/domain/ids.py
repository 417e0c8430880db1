"""ORCID iDs, and the one reader of DOIs (``domain/dois``), read from whatever people and machines write."""

import re
import unicodedata
from typing import Final, NewType
from urllib.parse import unquote

from profiles.domain.dois.mentions import Mention, parse_doi, read_doi
from profiles.domain.dois.names import (
    FEW_SIGNS,
    MAX_BYTES,
    Doi,
    doi_for_orcid,
    doi_from_orcid,
    doi_url,
    exact_doi,
)

__all__ = [
    "FEW_SIGNS",
    "MAX_BYTES",
    "Doi",
    "Mention",
    "OrcidId",
    "check_digit",
    "doi_for_orcid",
    "doi_from_orcid",
    "doi_url",
    "exact_doi",
    "is_borrowed_orcid_id",
    "is_example_orcid_id",
    "is_orcid_id",
    "orcid_uri",
    "parse_doi",
    "parse_orcid_id",
    "read_doi",
]

OrcidId = NewType("OrcidId", str)
"""Sixteen characters in four groups, with a capital X: ``0000-0002-1825-0097``."""

# Forms seen in the wild: with or without scheme, www, doubled prefixes, a label or a bracket before, a slash,
# blanks, a path or a query behind; hyphens, blanks, dashes of all kinds or nothing between the groups; a
# small x; ORCID's own "(unauthenticated)" for iDs that their owner has not confirmed, and its link
# "my-orcid?orcid=". https://support.orcid.org/hc/en-us/articles/360006897654
_GAP: Final = r"[\s._\-\u2010-\u2015\u2043\u2212]?"
_ORCID: Final = re.compile(
    r"[\s<(\[\"']*(?:(?:info:|urn:)?orcid(?:\.org)?(?:[\s_.-]*(?:id|no|nr|number))?(?:\s*[:=#/_.]\s*|\s+is\s+|\s+))?[(\[]?"
    r"(?P<host>(?:(?:h?t+ps?:?/*\s?)*(?:[a-z0-9-]+\.)*[a-z0-9-]+\.[a-z]+/+)*)(?:my-orcid/?\?orcid=|\#!?/|v\d[\w.]*/)?\s*"
    rf"(?P<digits>\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dX])"
    r"[\s>)\]\"']*(?:[/?#&]\S*|[.,;])?\s*(?:[(\[][^()\[\]]*[)\]])?[\s.,;]*",
    re.IGNORECASE | re.ASCII,
)
# Nearly all iDs come like this; a record of a large collaboration holds a thousand of them.
_USUAL: Final = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-(\d{4})-(\d{4})-(\d{3}[\dX])", re.ASCII)
# What four digits add to the sum of the check digit (ISO 7064 MOD 11-2), before their place is counted in.
_FOUR: Final = bytes(
    (n // 1000 * 8 + n // 100 % 10 * 4 + n // 10 % 10 * 2 + n % 10) % 11 for n in range(10_000)
)
_HOST: Final = re.compile(
    r"(?:h?t+ps?:?/*\s?)?((?:[a-z0-9-]+\.)*[a-z0-9-]+\.[a-z]+)/+", re.IGNORECASE | re.ASCII
)
_SAME_SITE: Final = re.compile(r"^(?:www|pub|api|m)\.(?!sandbox)")
"""Names of ORCID's own site and APIs."""
_BARE: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.ASCII)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories of invisible characters."""
_NOT_DIGITS: Final = re.compile(r"[^\dXx]")
_BETWEEN: Final = re.compile(r"[\s<>\"'()\[\]{}=|;,]+")
_BESIDE_IDS: Final = frozenset(
    {
        "a",
        "/a",
        "href",
        "link",
        "url",
        "span",
        "/span",
        "target",
        "_blank",
        "rel",
        "noopener",
        "and",
        "or",
        "/",
    }
    | {"orcid", "orcid:", "orcid-id", "orcidid", "id", "id:"}
)
"""Words that may be beside an iD that is written twice: as a link and as its text."""

# ORCID numbers its records within ISNI's range; what lies outside is an ISNI or invented.
# https://support.orcid.org/hc/en-us/articles/360006897674
BLOCKS: Final = ((150_000_007 // 10, 350_000_001 // 10), (900_000_000_000, 900_100_000_000))

EXAMPLES: Final = frozenset(
    {
        "0000-0002-1825-0097",  # Josiah Carberry, ORCID's own fictitious person
        "0000-0001-2345-6789",  # the pattern of many documentations
        "0000-0002-1694-233X",  # ORCID's documentation of the check digit
        "0000-0001-5000-0007",  # DataCite's full example of its metadata schema
        "0000-0003-1415-9269",  # the digits of pi
        "0000-0001-5727-2427",  # Sofia Garcia, whom ORCID and DataCite made up for their documentation
        "0000-0003-5000-0001",  # the last number of ORCID's first block, in its documentation
    }
)
"""Example iDs of documentation that are copied into metadata; they belong to no one."""

BORROWED: Final = {
    "0000-0001-5109-3700": "haak",  # ORCID's documentation
    "0000-0002-7285-027X": "starr",  # DataCite's full example up to schema 4.4
    "0000-0003-1419-2405": "fenner",  # DataCite's documentation of its API
    "0000-0002-9227-8514": "",  # Sofia Garcia in ORCID's sandbox; in production it may be another person's
    "0000-0002-7900-5343": "",  # the same
    "0000-0002-4011-3590": "",  # Crossref's examples of deposits
}
"""iDs of people that documentation uses as examples, with the family name where it is known."""


def check_digit(digits: str) -> str:
    """Return the check digit of fifteen digits (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004  the digit ten


def parse_orcid_id(text: str, *, hosts: tuple[str, ...] = ("orcid.org",)) -> OrcidId | None:
    """Read an iD in any form seen in the wild, or return None.

    The check digit must be right, and a host, where there is one, must be among ``hosts`` (``www.`` does
    not count): an iD of ORCID's sandbox is not an iD of ORCID.
    """
    usual = _USUAL.fullmatch(text)
    if usual is not None and "orcid.org" in hosts:
        return OrcidId(text[-19:]) if _is_valid(*usual.groups()) else None
    if len(text) > 200:  # noqa: PLR2004  no iD is that long; do not search in novels
        return None
    visible = _visible(text)
    found = _ORCID.fullmatch(visible)
    if found is None:
        return _written_twice(visible, hosts)
    named = {_SAME_SITE.sub("", host.lower()) for host in _HOST.findall(found["host"])}
    if not named <= set(hosts):
        return None
    digits = _NOT_DIGITS.sub("", found["digits"]).upper()
    if not _is_valid(digits[:4], digits[4:8], digits[8:12], digits[12:]):
        return None
    return OrcidId(f"{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}")


def _written_twice(text: str, hosts: tuple[str, ...]) -> OrcidId | None:
    """Read an iD that is written more than once, as in a link of HTML, if all of them are the same."""
    parts = [part for part in _BETWEEN.split(text.lower()) if part and part not in _BESIDE_IDS]
    # A part without a digit is a word, so this would be a sentence.
    if not 2 <= len(parts) <= 3 or not all(any(map(str.isdigit, part)) for part in parts):  # noqa: PLR2004
        return None
    ids = {parse_orcid_id(part, hosts=hosts) if _ORCID.fullmatch(part) else None for part in parts}
    return ids.pop() if len(ids) == 1 else None


def _visible(text: str) -> str:
    """Return a text as it is seen: without signs of no width, blanks of all kinds as blanks, plain digits."""
    if "%" in text:
        text = unquote(text)
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    seen = (" " if c.isspace() else c for c in plain if unicodedata.category(c) not in _UNSEEN)
    return "".join(seen)


def _is_valid(one: str, two: str, three: str, four: str) -> bool:
    """Whether four groups of digits are in ORCID's blocks and end in the right check digit."""
    a, b, c, d = int(one), int(two), int(three), int(four[:3])
    if not _is_in_a_block(((a * 10_000 + b) * 10_000 + c) * 1_000 + d):
        return False
    total = _FOUR[a] * 4096 + _FOUR[b] * 256 + _FOUR[c] * 16 + _FOUR[d * 10]
    return four[3] == "0123456789X"[(12 - total % 11) % 11]


def _is_in_a_block(number: int) -> bool:
    (one, two), (three, four) = BLOCKS
    return one <= number <= two or three <= number <= four


def is_orcid_id(text: str) -> bool:
    """Say whether the text is an iD in its bare form, with the right check digit."""
    return _BARE.fullmatch(text) is not None and parse_orcid_id(text) == text


def is_example_orcid_id(orcid_id: str) -> bool:
    """Tell whether this iD is an example from documentation, and so names no author."""
    return orcid_id in EXAMPLES


def is_borrowed_orcid_id(orcid_id: str, name: str) -> bool:
    """Tell whether this iD was copied from documentation: it is a real person's, beside another name."""
    family = BORROWED.get(orcid_id)
    return family is not None and (not family or family not in name.casefold())


def orcid_uri(orcid_id: str, base: str = "https://orcid.org") -> str:
    """Return the iD's address; ``base`` is the site, as ORCID's sandbox has another."""
    return f"{base}/{orcid_id}"

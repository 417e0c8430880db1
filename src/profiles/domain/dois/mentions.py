"""Find the DOIs in a text, or read the one DOI that a text is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Final

from profiles.domain.dois.endings import BREAK, Surroundings, readings, without_tail
from profiles.domain.dois.names import FEW_SIGNS, MAX_BYTES, Doi, doi_named
from profiles.domain.dois.plain_text import unescaped, visible
from profiles.domain.dois.redirects import without_redirects
from profiles.domain.dois.repositories import ARXIV_NUMBER, arxiv_number, dois_of_page, is_page_named

MAX_SHOWN_LENGTH: Final = 200
_MAX_STARTS: Final = 5000
"""So many beginnings of a DOI are looked at in one piece of text."""


class Way(StrEnum):
    """How a DOI was read."""

    WRITTEN = ""
    PAGE = "page"
    """It follows from the address of a repository's page."""
    MENDED = "mended"
    """A typing mistake was undone, so that the person should look at it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A DOI as written: its likeliest reading, other readings, and the text itself."""

    doi: Doi
    others: tuple[Doi, ...]
    written: str
    way: Way = Way.WRITTEN


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    mention: Mention


_SLASH: Final = "(?:/|%2f|%252f)"
_START: Final = re.compile(
    rf"10\.\d{{4,9}}(?:\.\d{{1,9}}){{0,4}}{_SLASH}(?=[^\s\"])", re.IGNORECASE | re.ASCII
)
_RUN: Final = re.compile(rf"[^\s\"]{{1,{MAX_BYTES}}}")
_TOKEN: Final = re.compile(r"[^\s\"]+")
_BEFORE: Final = re.compile(r"[^\s\"<>()\[\]{}|]{0,300}$")
_RESOLVER: Final = re.compile(
    r"(?:doi[.-]org[^/\s]*/+(?:doi:|doi%3a)?|handle\.net/+|datacite\.org/+(?:dois|works|doi\.org)/+|doi\.test/+)$",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"://|%3a%2f%2f|(?<![\w@])(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}/", re.IGNORECASE)
_LIST_NUMBER: Final = re.compile(r"(?:^|\s)\d{1,3}\.$")
_ARXIV: Final = re.compile(
    rf"arxiv[\s:.]{{0,3}}(?:preprint\s+arxiv[\s:.]{{0,3}})?{ARXIV_NUMBER}(?P<version>v\d+)?(?!\w|\.\d)",
    re.IGNORECASE,
)
_ONLY_ARXIV: Final = re.compile(rf"\s*\[?{ARXIV_NUMBER}(?P<version>v\d+)?\]?(?:\s*\[[\w.-]+\])?\s*", re.ASCII)
# What a hand makes of "10.5281/zenodo.1": letters for digits, a comma, blanks, the other slash.
_MEANT: Final = re.compile(
    r"(?<![\w.])[1lI][0oO]\s?[.,·]\s?(?P<prefix>[\doOlI]{4,9})\s?[/\\]{1,2}\s?(?P<suffix>[^\s\"]{2,})"
)
_DIGITS: Final = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})
_LABELS: Final = re.compile(
    r"(?:\b(?:dois?|digital object identifier|url|uri|urn|info|link|hdl|handle|persistent|identifier|id|arxiv"
    r"|preprint|eprint|see|at|available|from|ref|version|https?|dx|www)\b|\[[a-z]+(?:[.-][a-z]+)*\]|[^\w\s]|_|\s)*",
    re.IGNORECASE,
)
"""What may stand beside the DOI in a text that is one DOI: labels and marks, no words of its own."""
_USUAL: Final = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?(10\.\d{4,9}/[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)",
    re.IGNORECASE | re.ASCII,
)


def parse_doi(text: str) -> Doi | None:
    """Read the one DOI that a text is, however it is written, or return None. See ``read_doi``."""
    usual = _USUAL.fullmatch(text)
    if usual is not None and len(text) < FEW_SIGNS and "arxiv" not in text and "arXiv" not in text:
        return Doi(usual.group(1).lower())
    mention = read_doi(text)
    return mention.doi if mention else None


def read_doi(text: str) -> Mention | None:
    """Read a text that is one DOI: bare, labelled, as an address, encoded, or the address of a page.

    The likeliest reading comes first; whether the others exist is for DataCite to say. None when the text
    holds no DOI, several, or words beside it.
    """
    if len(text) > 2 * MAX_BYTES:
        return None
    plain = _plain(text.strip())
    found = list(_find(plain)) or list(_mended(plain))
    if len({one.mention.doi for one in found}) != 1:
        return None
    beside = plain[: found[0].start] + " " + plain[found[-1].end :]
    return found[0].mention if _LABELS.fullmatch(beside) else None


def find_dois(text: str, *, limit: int = 1000) -> list[Mention]:
    """Find the DOIs in a piece of text, in their order; at most ``limit``."""
    return [one.mention for one in islice(_find(_plain(text)), limit)]


def find_mended(text: str) -> list[Mention]:
    """Find what becomes a DOI when the usual typing mistakes are undone."""
    return [one.mention for one in _mended(visible(text))]


def _plain(text: str) -> str:
    return without_redirects(unescaped(visible(text)))


def _find(plain: str) -> Iterator[_Found]:
    found = merge(_written(plain), _pages(plain), key=lambda one: one.start)
    first = next(found, None)
    if first is None:
        yield from _numbers(plain)
    else:
        yield first
        yield from found


def _written(plain: str) -> Iterator[_Found]:
    """Find the DOIs themselves, also several without a blank between them."""
    starts = [found.start() for found in islice(_START.finditer(plain), _MAX_STARTS)]
    run_end = 0
    for place, start in enumerate(starts):
        is_glued = start < run_end
        if not is_glued and _is_within_a_number(plain, start):
            continue
        run = _RUN.match(plain, start)
        run_end = run.end() if run else start
        end = min(run_end, starts[place + 1]) if place + 1 < len(starts) else run_end
        before = _BEFORE.search(plain, max(0, start - 300), start)
        lead = before.group() if before else ""
        # A mark of emphasis is on both sides.
        mark = plain[start - 1 : start]
        dois = readings(
            plain[start:end].rstrip(mark) if mark in {"*", "~", "_"} else plain[start:end],
            around=_surroundings(lead),
            is_badge="badge" in lead.lower(),
            whole=plain[start:run_end] if end < run_end else "",
        )
        if dois:
            written = (lead + plain[start:end]).replace(BREAK, "")
            shown = without_tail(written if len(written) <= MAX_SHOWN_LENGTH else plain[start:end])
            yield _Found(start - len(lead), end, Mention(dois[0], tuple(dois[1:]), shown[:MAX_SHOWN_LENGTH]))


def _is_within_a_number(plain: str, start: int) -> bool:
    """Tell whether the digits go on to the left; the number of a list item does not count."""
    before = plain[max(0, start - 8) : start]
    if before[-1:].isdigit():
        return True
    return before[-1:] == "." and before[-2:-1].isdigit() and _LIST_NUMBER.search(before) is None


def _surroundings(lead: str) -> Surroundings:
    if _RESOLVER.search(lead):
        return Surroundings.RESOLVER
    if _IN_ADDRESS.search(lead) is None:
        return Surroundings.TEXT
    return Surroundings.PARAMETER if "?" in lead else Surroundings.ADDRESS


def _pages(plain: str) -> Iterator[_Found]:
    """Find addresses of repositories from which a DOI follows."""
    if not is_page_named(plain):
        return
    for token in _TOKEN.finditer(plain):
        text = token.group()
        if "/" in text and len(text) <= MAX_BYTES and _START.search(text) is None:
            dois = dois_of_page(text)
            if dois:
                shown = without_tail(text)[:MAX_SHOWN_LENGTH]
                yield _Found(token.start(), token.end(), Mention(dois[0], tuple(dois[1:]), shown, Way.PAGE))


def _numbers(plain: str) -> Iterator[_Found]:
    """Find the numbers of arXiv, which registers them with DataCite, where no DOI is written."""
    only = _ONLY_ARXIV.fullmatch(plain)
    for found in [only] if only else _ARXIV.finditer(plain):
        doi = doi_named(f"10.48550/arxiv.{arxiv_number(found)}".lower())
        if doi:
            shown = found.group().strip()[:MAX_SHOWN_LENGTH]
            yield _Found(found.start(), found.end(), Mention(doi, (), shown))


def _mended(plain: str) -> Iterator[_Found]:
    found = _MEANT.search(plain)
    if found is not None:
        written = f"10.{found['prefix'].translate(_DIGITS)}/{found['suffix']}"
        dois = readings(written, around=Surroundings.TEXT)
        if dois:
            shown = found.group()[:MAX_SHOWN_LENGTH]
            yield _Found(found.start(), found.end(), Mention(dois[0], tuple(dois[1:]), shown, Way.MENDED))

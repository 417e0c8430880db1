"""DOIs in whatever people paste: one or hundreds, bare or in sentences, BibTeX, RIS, CSV or plain lists.

What is read comes from reference managers, e-mails and word processors, so no form is sound. A DOI may also
end in nearly any character, so one mention can be read in several ways: the likeliest comes first, and
DataCite decides which of them exists.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from profiles.domain.doi_lists.entries import Entry, entries_in
from profiles.domain.ids import Doi, parse_doi

MAX_DOIS: Final = 1000
"""Works that are looked up in one go; more is a matter for an export, not for a person's list."""
MAX_SHOWN_LENGTH: Final = 200


class Leftover(StrEnum):
    """Why something that was pasted led to no work."""

    NO_DOI = "no-doi"
    NOT_A_DOI = "not-a-doi"
    """It was meant to be a DOI, and cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A DOI as written: its likeliest reading, other readings, and the text itself.

    ``mended`` says that a typing mistake was undone, so that the person should look at it.
    """

    doi: Doi
    others: tuple[Doi, ...]
    written: str
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Unused:
    """Something that was pasted and leads to no work."""

    written: str
    reason: Leftover


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds. ``cut`` says that it held more than is looked up in one go."""

    mentions: tuple[Mention, ...]
    unused: tuple[Unused, ...]
    cut: bool = False


_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\0"))
_START: Final = r"10\.\d{4,9}(?:\.\d+)*(?:/|%2f)"
# Two DOIs without a blank between them: a separator, or the marks of a web page, count as such only when a
# DOI begins behind them. The last of a long row will do: walking all of it from each place takes for ever.
_SEPARATED: Final = re.compile(
    rf"(?:</?[a-z][a-z0-9]{{0,20}}/?>|[,;|<>]){{1,20}}+(?=(?:https?://|doi:|info:doi/)?[\w./-]{{0,20}}?{_START})",
    re.IGNORECASE,
)
_CANDIDATE: Final = re.compile(rf"(?<![\d.]){_START}[^\s\"“”„«»]{{1,500}}", re.IGNORECASE)
_ARXIV: Final = re.compile(
    r"(?:arxiv:\s*|arxiv\.org/(?:abs|pdf)/)((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7}))", re.IGNORECASE
)
_TAIL: Final = ".,;:!?'’‘*_`´…"
_PAIRS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_LATEX: Final = re.compile(r"\\([_%&#$])|\{\\(?:textunderscore|_)\s*\}|\\textunderscore\s?")
# What a hand makes of "10.5281/zenodo.1": letters for digits, a comma, blanks, the other slash.
_MEANT: Final = re.compile(
    r"(?<![\w.])[1lI][0oO]\s?[.,]\s?(?P<prefix>[\doOlI]{4,9})\s?[/\\]\s?(?P<suffix>[^\s\"]{2,})"
)
_ATTEMPT: Final = re.compile(r"\bdoi\s*[:=]|doi\.org|(?<![\w.])10\s?[.,]\s?\d{2,}", re.IGNORECASE)
# What workbooks, documents (old and new) and PDF files begin with.
_NO_TEXT: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_DIGITS: Final = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})


def read_pasted(text: str) -> Reading:
    """Find the DOIs in a text of any kind, each once, in their order in the text."""
    mentions: dict[Doi, Mention] = {}
    unused: dict[str, Unused] = {}
    for entry in entries_in(text.translate(_INVISIBLE)):
        found = list(_mentions(entry))
        for mention in found:
            known = mentions.get(mention.doi)
            if known is None or known.mended:
                mentions[mention.doi] = mention
        if not found:
            shown = entry.label[:MAX_SHOWN_LENGTH]
            unused.setdefault(shown, Unused(shown, _why(entry)))
    everything = list(mentions.values())
    return Reading(
        tuple(everything[:MAX_DOIS]), tuple(unused.values())[:MAX_DOIS], cut=len(everything) > MAX_DOIS
    )


def read_bytes(content: bytes) -> str | None:
    """Read a file as text, in the encodings that reference managers write; None when it holds no text."""
    if content.startswith(_NO_TEXT):
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _mentions(entry: Entry) -> Iterator[Mention]:
    """Read the first of an entry's places that holds a DOI: its DOI field before its links and notes."""
    for place in entry.places:
        found = list(find_dois(place))
        if found:
            yield from found if entry.is_prose else found[:1]
            return
    for place in entry.places:
        mended = _mended(place)
        if mended is not None:
            yield mended
            return


def find_dois(text: str) -> Iterator[Mention]:
    """Find every DOI in a piece of text."""
    plain = html.unescape(_LATEX.sub(lambda m: m.group(1) or "_", text))
    for part in _SEPARATED.split(plain):
        for found in _CANDIDATE.finditer(part):
            forms = list(dict.fromkeys(d for form in _forms(found.group()) if (d := parse_doi(form))))
            if forms:
                yield Mention(forms[0], tuple(forms[1:]), found.group()[:MAX_SHOWN_LENGTH])
        if not _CANDIDATE.search(part):
            for found in _ARXIV.finditer(part):
                # arXiv registers its own numbers with DataCite.
                yield Mention(Doi(f"10.48550/arxiv.{found.group(1).lower()}"), (), found.group())


def _forms(written: str) -> Iterator[str]:
    """Say in which ways a mention can be read, the likeliest first."""
    bare = _without_tail(written)
    cut = _without_tail(re.split(r"[<>]|&lt;|&gt;", bare)[0])
    # The last one is for a row of a table without headings, where other cells follow.
    ways = (
        cut,
        bare,
        written,
        bare.translate(_DASHES),
        re.split(r"[?#]", cut)[0],
        re.split(r"[,;|']", cut)[0],
    )
    for form in ways:
        yield f"https://doi.org/{form}" if "%" in form else form


def _without_tail(text: str) -> str:
    """Take off what ends the sentence and not the DOI: marks, and brackets that were opened before it."""
    while text:
        last = text[-1]
        opening = _PAIRS.get(last)
        if last in _TAIL or (opening is not None and text.count(last) > text.count(opening)):
            text = text[:-1]
        else:
            break
    return text


def _mended(text: str) -> Mention | None:
    """Undo the usual typing mistakes."""
    found = _MEANT.search(text)
    if found is None:
        return None
    prefix = found["prefix"].translate(_DIGITS)
    doi = parse_doi(f"10.{prefix}/{_without_tail(found['suffix'])}")
    return Mention(doi, (), found.group()[:MAX_SHOWN_LENGTH], mended=True) if doi else None


def _why(entry: Entry) -> Leftover:
    attempted: Iterable[bool] = (bool(_ATTEMPT.search(place)) for place in entry.places)
    return Leftover.NOT_A_DOI if any(attempted) else Leftover.NO_DOI

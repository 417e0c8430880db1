"""Where a DOI ends: it may end in nearly any character, so that one mention can be read in several ways."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final
from urllib.parse import unquote

from profiles.domain.dois.names import Doi, doi_named

MAX_OTHERS: Final = 10
"""Readings of one mention beyond the likeliest; each may cost a place in a question to DataCite."""
BREAK: Final = "\ue000"
"""Marks where a line broke within a DOI, or may have."""


class Surroundings(Enum):
    """What surrounds a DOI; this decides which signs end it."""

    TEXT = auto()
    RESOLVER = auto()
    """The address of a resolver: all of its path is the DOI."""
    ADDRESS = auto()
    """Another address: parts of the page's own may follow the DOI."""
    PARAMETER = auto()
    """The query of an address: the next parameter may follow the DOI."""


# Quotation marks, brackets and punctuation of other scripts, and signs of footnotes.
_STOP: Final = re.compile(
    "[“”„‟«»‹›‘‚「」『』【】《》〈〉〔〕〖〗（）［］｛｝，。；：、！？｡､،؛؟।…†‡§¶•¹²³⁰-⁹|`]"
    # The tags of a page: an end tag, or a start tag of HTML. In old DOIs numbers stand in such brackets.
    r"|</|<(?:!--|(?:a|abbr|b|br|cite|code|dd|div|dt|em|font|h\d|hr|i|img|li|p|pre|s|small|span|strong|su[bp]|t[dhr]|u|[ou]l)"
    r"(?:/?>(?=<|$)|/?$))|<(?=https?:|doi:|www\.|$)",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(
    r"(?:https?(?::|%3a)/*|(?:https?:/+)?(?:dx\.)?doi\.org|www\.|(?:doi|pmid|pmcid|issn|isbn|arxiv|url)\s*[:=]|doi$)",
    re.IGNORECASE,
)
"""The beginning of something else right behind a DOI."""
_PARAMETERS: Final = re.compile(r"[?&;](?=[\w.%-]{1,40}=)|[?&]$")
_SESSION: Final = re.compile(r";jsessionid|[?&](?:utm_|fbclid|gclid|via=|ref=|source=)", re.IGNORECASE)
_FILE: Final = re.compile(
    r"\.(?:pdf|x?html?|xml|png|svg|jpe?g|gif|webp|json|txt|epub|zip|bib|ris|full|full-text|abstract|short|long"
    r"|figures-only|supplementary-material|docx?|xlsx?|csv)$",
    re.IGNORECASE,
)
_OWN_PARTS: Final = re.compile(
    r"/(?:pdf|epdf|pdfft|full|fulltext|full-text|full\.html|abstract|abs|summary|references|figures|tables|metrics|galley|galleys"
    r"|download|suppl_file|suppl|supplementary|supplemental|meta|files?|export|citations?|cite|bibtex|html|epub|xml"
    r"|issuetoc|versions?|view|viewer|related|media|asset|_pdf|_article|reader|landing|tab-[\w-]+|v\d{1,3})"
    r"(?=[/.]|$)",
    re.IGNORECASE,
)  # fmt: skip
"""Parts of an address behind the DOI of a page."""
_VERSION: Final = re.compile(r"(?<=[\d)])\.?v\d{1,3}$", re.IGNORECASE)
_BADGE: Final = re.compile(r"-(?:[a-z]{3,14}|[0-9a-f]{6}|[0-9a-f]{3})$", re.IGNORECASE)
_ARXIV: Final = re.compile(r"(10\.48550/arxiv\.\S*?\d)v\d{1,3}$", re.IGNORECASE)
_SOFT: Final = re.compile(
    r"[(\[{<>|,;'*^~=&?#!@$:+\\_\u2019]|(?<=\d)(?=[A-Z][a-z]{2})|(?<=[\da-z])(?=\.[A-Z])"
)
"""Where a DOI may end, if it does not go on."""
_OLD_SIGN: Final = re.compile(r";\d-#$")
"""The check sign at the end of DOIs that journals made of articles' codes (SICI) until 2002."""
_TAIL: Final = ".,;:!?'’‘´`_…\\/&+#|^@"
_KEPT: Final = "/."
"""What may be the DOI's own end: both readings are tried."""
_BETWEEN: Final = re.compile(r"[^a-z0-9)\]>]+$", re.IGNORECASE | re.ASCII)
_PAIRS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_SHAPE: Final = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2f|%252f)", re.IGNORECASE | re.ASCII)


_USUAL: Final = re.compile(
    r"(10\.(?!48550)\d{4,9}/(?:[a-z0-9.-]{0,200}|[A-Z0-9.-]{0,200})(?<![vV])(?<![vV]\d)[a-zA-Z0-9])([.,;:)\]]{0,2})",
    re.ASCII,
)
"""Nearly all DOIs are like this, and can be read in one way only."""


def readings(written: str, *, around: Surroundings, is_badge: bool = False, whole: str = "") -> list[Doi]:
    """Return in which ways a mention can be read, the likeliest first.

    ``written`` begins with the DOI and goes on to the next blank or DOI; ``whole`` goes on to the next blank.
    """
    usual = _USUAL.fullmatch(written)
    if (
        usual is not None
        and not whole
        and not is_badge
        and around in {Surroundings.TEXT, Surroundings.RESOLVER}
    ):
        doi = usual.group(1).lower()
        return [Doi(doi), Doi(f"{doi}.")] if usual.group(2)[:1] == "." else [Doi(doi)]
    # Encoded signs are surely the DOI's own: what ends it is looked for before they are decoded.
    found: dict[Doi, None] = {}
    for form in _forms(written, around, is_badge, whole):
        doi = doi_named(_decoded(form.replace(BREAK, "")))
        if doi is not None:
            found[doi] = None
        if len(found) > MAX_OTHERS:
            break
    return list(found)


def _forms(written: str, around: Surroundings, is_badge: bool, whole: str) -> Iterator[str]:  # noqa: FBT001
    until_stop = _until_glued(_until(_STOP, written)).translate(_DASHES)
    likeliest = _likeliest(until_stop, around, is_badge)
    if BREAK in written:
        yield from _broken(likeliest)
    if whole:
        # What is between this DOI and the next is neither's.
        yield _BETWEEN.sub("", likeliest)
    yield likeliest
    if (kept := until_stop[len(likeliest) : len(likeliest) + 1]) and kept in _KEPT:
        yield likeliest + kept
    if around in {Surroundings.ADDRESS, Surroundings.PARAMETER}:
        yield from _shorter_paths(likeliest)
    bare = without_tail(written.translate(_DASHES))
    yield bare
    for pattern in (_FILE, _VERSION):
        yield pattern.sub("", likeliest)
    place = len(_shape(likeliest))
    for found in _SOFT.finditer(likeliest, place + 1):
        yield without_tail(likeliest[: found.start()])
    yield re.sub(r"[{}]", "", written).strip(_TAIL)
    yield from (without_tail(whole), written, whole)


def _likeliest(text: str, around: Surroundings, is_badge: bool) -> str:  # noqa: FBT001
    is_address = around in {Surroundings.ADDRESS, Surroundings.PARAMETER}
    text = _until(_SESSION if around is Surroundings.TEXT else _PARAMETERS, text)
    if around is Surroundings.TEXT:
        text = _until(_PARAMETERS, text) if "?" in text or "&" in text else text
    else:
        text = text.partition("#")[0]
    if is_address:
        text = text.partition("?")[0]
    if around is Surroundings.PARAMETER:
        text = text.partition("&")[0]
    text = without_tail(_until_unbalanced(text))
    if is_address:
        start = len(_shape(text))
        own = _OWN_PARTS.search(text, start + 1)
        text = text[: own.start()] if own else text
        text = _FILE.sub("", _FILE.sub("", text))
    if is_badge:
        text = _FILE.sub("", text)
        text = _BADGE.sub("", text).replace("--", "-").replace("__", "_") if _BADGE.search(text) else text
    return _ARXIV.sub(r"\1", text)


def _broken(text: str) -> Iterator[str]:
    """Read a DOI over the end of a line: joined, with its hyphen or without; or ended there."""
    before, _, after = text.partition(BREAK)
    ended = without_tail(before.removesuffix("-"))
    forms = [before + after, ended]
    if before.endswith(("-", "=")):
        # Programs hyphenate at the end of a line, and e-mail writes "=" there.
        forms.insert(0 if before.endswith("=") else 1, before[:-1] + after)
    elif before == ended and len(before) > len(_shape(before)):
        forms.reverse()
    yield from forms


def _shorter_paths(text: str) -> Iterator[str]:
    """Cut an address at its slashes from the end, down to the first part behind the prefix."""
    start = len(_shape(text))
    while (place := text.rfind("/", start + 1)) > 0:
        text = text[:place]
        yield text


def _until(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text, len(_shape(text)) + 1)
    return text[: found.start()] if found else text


def _until_glued(text: str) -> str:
    return _until(_GLUED, text)


def _until_unbalanced(text: str) -> str:
    """Cut at the first bracket that was opened before the DOI."""
    depth = dict.fromkeys(_PAIRS.values(), 0)
    for place, character in enumerate(text):
        if character in depth:
            depth[character] += 1
        elif (opening := _PAIRS.get(character)) is not None:
            if depth[opening] == 0:
                return text[:place]
            depth[opening] -= 1
    return text


def without_tail(text: str) -> str:
    """Take off what ends the sentence and not the DOI: marks, and brackets that were opened before it."""
    end = len(text)
    counts = {bracket: text.count(bracket) for pair in _PAIRS.items() for bracket in pair}
    while end:
        last = text[end - 1]
        opening = _PAIRS.get(last)
        if last in counts and opening is None:
            break
        if opening is not None:
            if counts[last] <= counts[opening]:
                break
            counts[last] -= 1
        elif last not in _TAIL or (last == "#" and _OLD_SIGN.search(text, 0, end)):
            break
        end -= 1
    return text[:end]


def _shape(text: str) -> str:
    found = _SHAPE.match(text)
    return found.group() if found else ""


def _decoded(text: str) -> str:
    """Decode a mention until nothing is encoded any more; an address may have been encoded twice."""
    for _twice in range(2):
        if "%" not in text:
            break
        text = unquote(text)
    return text

"""DOIs in whatever people paste: one or hundreds, bare or in sentences, BibTeX, RIS, CSV or plain lists.

What is read comes from reference managers, e-mails and word processors, so no form is sound. How one DOI is
read is in ``domain/dois``; DataCite decides which of its readings exist.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from profiles.domain.doi_lists.entries import entries_in
from profiles.domain.doi_lists.lines import Entry
from profiles.domain.dois.mentions import MAX_SHOWN_LENGTH, Mention, Way, find_dois, find_mended
from profiles.domain.dois.names import Doi
from profiles.domain.dois.plain_text import visible
from profiles.domain.dois.repositories import page_of

MAX_DOIS: Final = 1000
"""Works that are looked up in one go; more is a matter for an export, not for a person's list."""
MAX_BYTES: Final = 5_000_000
"""As much is read, be it pasted or a file."""
_MAX_ENTRIES: Final = 40 * MAX_DOIS
_MAX_TRIES: Final = 10 * MAX_DOIS
"""So many entries, and mentions of the same DOIs, are read; this bounds what a hostile text costs."""


class Leftover(StrEnum):
    """Why something that was pasted led to no work."""

    NO_DOI = "no-doi"
    NOT_A_DOI = "not-a-doi"
    """It was meant to be a DOI, and cannot be read as one."""
    SHORT_DOI = "short-doi"
    """A short DOI, such as 10/abc: only doi.org knows which DOI it leads to."""
    PAGE = "page"
    """The address of a page that does not tell the DOI."""


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


_SHORT: Final = re.compile(
    r"(?<![\w./])10/[a-z0-9]{2,10}(?![\w/])|(?<![\w.-])(?:dx\.)?doi\.org/(?:10/)?[a-z0-9]{3,10}/?(?![\w/.%-])",
    re.IGNORECASE | re.ASCII,
)
_ATTEMPT: Final = re.compile(r"\bdoi\s*[:=]|doi\.org|(?<![\w.])10\s?[.,]\s?\d{2,}", re.IGNORECASE)
_MAY_NAME: Final = re.compile(r"10|[1lI][oO]|xiv|/|%2f|%25|\d{4}\.\d{4}|u00", re.IGNORECASE)
"""What a text holds that may name a work; a long text of others need not be read closely."""


def read_pasted(text: str) -> Reading:
    """Find the DOIs in a text of any kind, each once, in their order in the text."""
    mentions: dict[Doi, Mention] = {}
    unused: dict[str, Unused] = {}
    tries, is_cut = 0, False
    for count, entry in enumerate(entries_in(visible(text)), 1):
        found = mentions_in(entry)
        tries += len(found)
        for mention in found:
            earlier = mentions.get(mention.doi)
            if earlier is None or earlier.way is Way.MENDED:
                mentions[mention.doi] = mention
        shown = entry.label[:MAX_SHOWN_LENGTH]
        if not found and len(unused) < MAX_DOIS and shown not in unused:
            unused[shown] = Unused(shown, _why(entry))
        if len(mentions) > MAX_DOIS or tries > _MAX_TRIES or count > _MAX_ENTRIES:
            is_cut = True
            break
    return Reading(tuple(mentions.values())[:MAX_DOIS], tuple(unused.values()), cut=is_cut)


def mentions_in(entry: Entry) -> list[Mention]:
    """Read the first of an entry's places that holds a DOI: its DOI field before its links and notes."""
    places = [place for place in entry.places if _MAY_NAME.search(place)]
    for place in places:
        found = find_dois(place, limit=MAX_DOIS + 1)
        if found:
            return found if entry.is_prose else found[:1]
    for place in places:
        mended = find_mended(place)
        if mended:
            return mended
    return []


def _why(entry: Entry) -> Leftover:
    places = [place[:2000] for place in entry.places]
    if any(_SHORT.search(place) for place in places):
        return Leftover.SHORT_DOI
    if any(_ATTEMPT.search(place) for place in places):
        return Leftover.NOT_A_DOI
    return Leftover.PAGE if any(page_of(place) for place in places) else Leftover.NO_DOI

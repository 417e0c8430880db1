"""Compare a creator's name with the name of the iD's owner.

Wrong iDs in metadata put other people's works on records (examples copied from documentation, iDs pasted
to the wrong co-author). Names are a poor key, so a difference never excludes a work: it only makes
Auto-Update ask first. Names that cannot be compared count as similar.
"""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from profiles.domain.records.sighting import NamedPerson

_WITH_DIGRAPHS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"}
)
_WITHOUT_MARKS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "ß": "ss", "ð": "d", "þ": "th"}
)
_MIN_SIMILARITY: Final = 0.8
_MIN_FUZZY_LENGTH: Final = 4


def resembles(owner_names: Iterable[str], people: Iterable[NamedPerson]) -> bool:
    """Tell whether any of these people may be the owner.

    One name part in common is enough (people marry, shorten, and are transliterated); parts of four
    letters and more may differ by a letter or two. Names in different scripts cannot be compared.
    """
    owner = {part for name in owner_names for part in name_parts(name)}
    if not owner:
        return True
    comparable = False
    for person in people:
        credited = name_parts(f"{person.name} {person.given_name} {person.family_name}")
        if credited & owner or any(_alike(a, b) for a in owner for b in credited):
            return True
        comparable = comparable or any(_same_script(a, b) for a in owner for b in credited)
    return not comparable


def name_parts(name: str) -> set[str]:
    """Split a name into comparable parts: no case, accents or initials, and umlauts in both spellings."""
    folded = unicodedata.normalize("NFC", name).lower()
    spellings = (folded.translate(_WITH_DIGRAPHS), folded.translate(_WITHOUT_MARKS))
    plain = (unicodedata.normalize("NFKD", spelling) for spelling in spellings)
    letters = ("".join(c if c.isalpha() else " " for c in s if not unicodedata.combining(c)) for s in plain)
    return {part for spelling in letters for part in spelling.split() if len(part) > 1 or not part.isascii()}


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    if min(len(a), len(b)) < _MIN_FUZZY_LENGTH:
        return False
    return a.startswith(b) or b.startswith(a) or SequenceMatcher(None, a, b).ratio() >= _MIN_SIMILARITY


def _same_script(a: str, b: str) -> bool:
    return _script(a) == _script(b)


def _script(part: str) -> str:
    return unicodedata.name(part[0], "?").partition(" ")[0]

"""Tell the name of an organisation and its place from a person's: ``Norsk Isinstitutt, Tromsø``."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.words.given_names import GIVEN_NAMES
from profiles.domain.mapping.words.organisation_words import (
    FUNCTION_WORDS,
    KNOWN,
    LEGAL_FORM,
    LIKELY_BEGINNINGS,
    LIKELY_WORDS,
    LONG_LEGAL_FORM,
    PARTICLES,
    PHRASE,
    SURE_BEGINNINGS,
    SURE_ENDINGS,
    SURE_PARTS,
    SURE_WORDS,
)
from profiles.domain.mapping.words.places import PLACES, SHORT_PLACES

_MIN_ACRONYM: Final = 3
_MIN_NOUN: Final = 4
_MIN_COMPOUND: Final = 9
_MAX_ENDING: Final = 4
"""The letters behind the stem of a mere noun: Academy, Universität; longer words name one organisation."""
_SIGN: Final = re.compile(r"\d|&|\+")
# In the scripts of India and Thailand the signs of vowels are part of a word, and no letters to Python.
_WORD: Final = re.compile("(?:[^\\W_]|[\u0900-\u0eff])+")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.[ -]?)+")
_TOO_LONG: Final = re.compile("[\uac00-\ud7af]{3,}|[\u3400-\u4dbf\u4e00-\u9fff]{4,}")
"""More letters than a family name in Korean or Chinese has; Japanese names of four letters are very rare."""
_OFFICE: Final = re.compile("[\u4e00-\u9fff]+[局所館馆院部省庁厅廳府社会會团団署課科系]")
_FOLDED: Final = str.maketrans(
    {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "œ": "oe"}
)
_ACCENTS: Final = re.compile("[\u0300-\u036f]")


@lru_cache(maxsize=4096)
def is_organisation_and_place(before: str, after: str) -> bool:
    """Tell whether ``before, after`` is an organisation with its place or acronym, not a person."""
    if (
        _SIGN.search(before)
        or _SIGN.search(after)
        or LEGAL_FORM.search(before)
        or LONG_LEGAL_FORM.fullmatch(after)
        or before in KNOWN
        or _is_named_by_script(before)
    ):
        return True
    first, second = _words(before), _words(after)
    if _names_surely(first) or _names_surely(second) or _is_place(after) or PHRASE.match(before):
        return True
    names = [word for word in first if word not in PARTICLES]
    if len(names) < 2 or _is_double_name(before):  # noqa: PLR2004  one word may be a family name, whatever it means
        return False
    if _is_acronym(after, before) or _has_common_noun(before):
        return True
    return any(map(_is_likely, names)) and not _is_given_name(after, second)


@lru_cache(maxsize=4096)
def is_surely_organisation(before: str, after: str) -> bool:
    """Tell whether ``before, after`` is an organisation though the metadata call it a person.

    Then more must say so: a place behind several words, a sure word among others, or likely ones with another
    organisation behind them. A frequent given name or initials make a person of it again.
    """
    if _is_named_by_script(before):
        return True
    first, second = _words(before), _words(after)
    names = [word for word in first if word not in PARTICLES]
    if len(names) < 2 or _is_double_name(before):  # noqa: PLR2004
        is_one = before in KNOWN or (len(before) >= _MIN_COMPOUND and _names_surely(first))
        return is_one and not _is_given_name(after, second)
    if _names_surely(first) or _is_place(after) or any(word in FUNCTION_WORDS for word in first[1:-1]):
        return True
    if len(second) > 1 and _names_surely(second):
        return True
    if not _is_given_name(after, second) and (
        LEGAL_FORM.search(before) or "&" in before or PHRASE.match(before)
    ):
        return True
    return any(map(_is_likely, names)) and (
        _is_acronym(after, before)
        or _names_surely(second)
        or (len(second) > 1 and any(map(_is_likely, second)))
    )


def is_organisation(name: str) -> bool:
    """Tell whether a text is surely the name of an organisation: a part of it names one."""
    return _names_surely(_words(name)) or name in KNOWN


def plain(text: str) -> str:
    """Return a text in small letters without accents, as the lists of words are written."""
    parted = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", parted))


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def _is_named_by_script(before: str) -> bool:
    """Tell whether this is longer than any family name in Korean or Chinese letters, or an office."""
    return not before.isascii() and (_TOO_LONG.search(before) or _OFFICE.fullmatch(before)) is not None


def _has_common_noun(before: str) -> bool:
    """Tell whether a later word begins with a small letter, as in "Norsk romsenter": no family name does."""
    first, *rest = before.split()
    return first[0].isupper() and any(
        word[0].islower() and len(word) >= _MIN_NOUN and word not in PARTICLES for word in rest
    )


def _is_acronym(after: str, before: str) -> bool:
    """Tell whether a word behind the comma is an acronym, and the name before it not in capitals as well."""
    words = (word for word in after.split() if len(word) >= _MIN_ACRONYM)
    return not before.isupper() and any(
        word.isupper() and word.isalpha() and word.isascii() for word in words
    )


def _is_given_name(after: str, words: list[str]) -> bool:
    return _INITIALS.fullmatch(after) is not None or (bool(words) and words[0] in GIVEN_NAMES)


def _is_place(text: str) -> bool:
    return text in SHORT_PLACES or " ".join(plain(text).split()) in PLACES


def _is_double_name(before: str) -> bool:
    """Tell whether this is one word with a hyphen, as of people who are married."""
    return " " not in before and "-" in before


def _names_surely(words: list[str]) -> bool:
    if len(words) == 1:
        return _is_sure(words[0]) and not _is_mere_noun(words[0])
    return any(map(_is_sure, words))


def _is_sure(word: str) -> bool:
    return (
        word in SURE_WORDS
        or word.startswith(SURE_BEGINNINGS)
        or word.endswith(SURE_ENDINGS)
        or any(part in word for part in SURE_PARTS)
    )


def _is_mere_noun(word: str) -> bool:
    """Tell whether a word alone is the name of no organisation, but may be a person's: Council, Museo."""
    if word in SURE_WORDS:
        return True
    stems = (*SURE_PARTS, *SURE_BEGINNINGS, *SURE_ENDINGS)
    return word.upper() != word and any(
        word.startswith(stem) and len(word) - len(stem) <= _MAX_ENDING for stem in stems
    )


def _is_likely(word: str) -> bool:
    return word in LIKELY_WORDS or word.startswith(LIKELY_BEGINNINGS)

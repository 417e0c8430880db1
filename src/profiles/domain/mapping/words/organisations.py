"""Tell the name of an organisation and its place from a person's: ``Norsk Isinstitutt, Tromsø``."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.words.organisation_words import (
    KNOWN,
    LEGAL_FORM,
    LIKELY_BEGINNINGS,
    LIKELY_WORDS,
    LONG_LEGAL_FORM,
    NOT_ORGANISATIONS,
    PARTICLES,
    PLACES,
    SHORT_PLACES,
    SURE_BEGINNINGS,
    SURE_ENDINGS,
    SURE_PARTS,
    SURE_WORDS,
)

_MIN_ACRONYM: Final = 3
_MIN_NOUN: Final = 4
_SIGN: Final = re.compile(r"\d|&|\+")
_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def is_organisation_and_place(before: str, after: str) -> bool:
    """Tell whether ``before, after`` is an organisation with its place or acronym, not a person."""
    if (
        _SIGN.search(before)
        or _SIGN.search(after)
        or LEGAL_FORM.search(before)
        or LONG_LEGAL_FORM.fullmatch(after)
    ):
        return True
    if before in KNOWN:
        return True
    first, second = _words(before), _words(after)
    if _names_surely(first) or _names_surely(second):
        return True
    if _is_place(after):
        return True
    names = [word for word in first if word not in PARTICLES]
    if len(names) < 2 or _is_double_name(before):  # noqa: PLR2004  one word may be a family name, whatever it means
        return False
    is_acronym = after.isupper() and after.isalpha() and after.isascii() and len(after) >= _MIN_ACRONYM
    return (is_acronym and not before.isupper()) or _has_common_noun(before) or any(map(_is_likely, names))


@lru_cache(maxsize=4096)
def is_surely_organisation(before: str, after: str) -> bool:
    """Tell whether both of ``before, after`` say that this is an organisation: by a sure word, or a place."""
    return _names_surely(_words(before)) and (_is_place(after) or _names_surely(_words(after)))


def is_organisation(name: str) -> bool:
    """Tell whether a text is surely the name of an organisation: a part of it names one."""
    return _names_surely(_words(name))


def _has_common_noun(before: str) -> bool:
    """Tell whether a later word begins with a small letter, as in "Norsk romsenter": no family name does."""
    first, *rest = before.split()
    return first[0].isupper() and any(
        word[0].islower() and len(word) >= _MIN_NOUN and word not in PARTICLES for word in rest
    )


def _is_place(text: str) -> bool:
    return text in SHORT_PLACES or " ".join(_words(text, whole=True)) in PLACES


def _is_double_name(before: str) -> bool:
    """Tell whether this is one word with a hyphen, as of people who are married."""
    return " " not in before and "-" in before


def _words(text: str, *, whole: bool = False) -> list[str]:
    parted = unicodedata.normalize("NFKD", text.casefold())
    plain = unicodedata.normalize("NFC", "".join(c for c in parted if not unicodedata.combining(c)))
    return plain.split() if whole else _WORD.findall(plain)


def _names_surely(words: list[str]) -> bool:
    return any(_is_sure(word, is_alone=len(words) == 1) for word in words)


def _is_sure(word: str, *, is_alone: bool) -> bool:
    if is_alone and word in NOT_ORGANISATIONS:
        return False
    return (
        word in SURE_WORDS
        or word.startswith(SURE_BEGINNINGS)
        or word.endswith(SURE_ENDINGS)
        or any(part in word for part in SURE_PARTS)
    )


def _is_likely(word: str) -> bool:
    return word in LIKELY_WORDS or word.startswith(LIKELY_BEGINNINGS)

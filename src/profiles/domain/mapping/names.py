"""Read the names of people and organisations: as they are said, and whether two of them are one person."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from profiles.domain.mapping.name_noise import without_noise, without_tail
from profiles.domain.mapping.words.organisation_words import KNOWN
from profiles.domain.mapping.words.organisations import (
    is_organisation,
    is_organisation_and_place,
    is_surely_organisation,
)
from profiles.domain.mapping.words.parts_of_names import (
    ADDRESS,
    BESIDE,
    CODE,
    DEGREE,
    GENERATION,
    GROUP,
    ROLE,
    TITLE,
)
from profiles.domain.records.doi_record import Person
from profiles.domain.records.fillers import is_filler
from profiles.domain.records.tex import without_accent_commands
from profiles.domain.records.texts import clean, cut, without_email

NAME_LENGTH: Final = 150
_MAX_READ_LENGTH: Final = 500
_MAX_NAME_WORDS: Final = 3
_MIN_FUZZY_LENGTH: Final = 4
_MIN_SIMILARITY: Final = 0.8
_MAX_INITIALS: Final = 3
_MIN_OFFICE: Final = 11
"""The letters of the shortest office in one word, such as "Rijkswaterstaat"; family names are shorter."""

_LATIN: Final = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+"
_USUAL: Final = re.compile(rf"{_LATIN}(?:[ .-]{{1,2}}{_LATIN})*, {_LATIN}(?:[ .-]{{1,2}}{_LATIN})*\.?")
_FILLERS: Final = frozenset(
    {
        "Unknown",
        "unknown",
        "Available",
        "available",
        "Applicable",
        "applicable",
        "Null",
        "null",
        "None",
        "none",
    }
)
"""Family names of no one: such names are looked at more closely."""
_NOT_GIVEN: Final = frozenset(
    {"PhD", "Ph.D", "Ph.D.", "MD", "M.D.", "MSc", "MPH", "MBA", "Dr.", "Jr.", "Jr", "Sr.", "II", "III", "IV"}
    | {*GROUP, *map(str.title, GROUP)}
)
_BEHIND_GIVEN: Final = (" Jr.", " Jr", " Sr.", " II", " III", " IV", "PhD", "Ph.D.", " Filho", " Neto")
_STOP_BEHIND_WORD: Final = re.compile(r"[a-z]{3}\. ")
"""Degrees and groups in the place of a given name, and a trade behind one: these are looked at, too."""
_FAMILY_FIRST: Final = re.compile(
    "[\u3005-\u3007\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f]"
)
"""Chinese characters, Hiragana and Hangul: names written in them begin with the family's."""
_INITIALS: Final = re.compile(r"(?:[A-Z]\.[ -]?){1,4}|[A-Z]{1,2}")
_BEHIND: Final = re.compile(r"Jr\.?|Sr\.?|II|III|IV|Ph\.?D\.?|Dr\.|M\.D\.|Filho|Neto|Júnior")
_ORDER: Final = re.compile(r"[A-Z]{2,4}")
"""Religious orders and honours behind a name: OSB, FRCS."""
_TITLE_BEFORE: Final = re.compile(r"(?:(?:Prof|Dr|Ing|Dipl|Mag)\.[ -]?)+ (?=\w)")
_FULL_STOP: Final = re.compile(r"[^\W\d_]{4}\.$")
_NO_ONE: Final = frozenset(
    {"n/a", "n.a.", "unknown", "unbekannt", "inconnu", "desconocido", "-", "?", "none", "null"}
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def credit_name(person: Person) -> str | None:
    """Return a name as it is said: given name first, family name first where the script wants it so.

    The name of an organisation is unchanged.
    """
    usual = _usual_name(person)
    if usual is not None:
        return usual
    name = _unusual_name(person)
    if not name or is_filler(name) or not any(map(str.isalnum, name)):
        return None
    if name[0] in "nNuU" and all(word in _NO_ONE for word in name.casefold().split()):
        return None
    return cut(name, NAME_LENGTH)


def _usual_name(person: Person) -> str | None:
    """Return the name of a person with two plain parts: nearly all people, so it is done first."""
    given, family, name = person.given_name, person.family_name, person.name
    if (
        given
        and family
        and name == f"{family}, {given}"
        and _USUAL.fullmatch(name) is not None
        and len(name) < NAME_LENGTH
        and family not in given
        and given not in family
        and family not in _FILLERS
        and given not in _NOT_GIVEN
        and (" " not in given or not _has_tail(given))
        and _is_person(person, family, given)
    ):
        return f"{given} {family}"
    return None


def _has_tail(given: str) -> bool:
    """Tell whether a degree, a generation or a trade is behind a given name: "Jane Jr.", "Jane. Libraire"."""
    return given.endswith(_BEHIND_GIVEN) or (". " in given and _STOP_BEHIND_WORD.search(given) is not None)


def _is_person(person: Person, family: str, given: str) -> bool:
    """Tell whether this is no organisation with its place: DataCite parts the names of these at their comma.

    What the metadata call a person is one, unless several words say otherwise.
    """
    if person.name_type == "Personal":
        # First what is cheap: nearly all of them are people.
        is_family = (
            " " not in family and len(family) < _MIN_OFFICE and family < "\u0250" and family not in KNOWN
        )
        return is_family or not is_surely_organisation(family, given)
    return not is_called_organisation(person) and not is_organisation_and_place(family, given)


def _unusual_name(person: Person) -> str:
    is_called_one = is_called_organisation(person)
    if is_called_one and not _is_person_after_all(person):
        return next(
            filter(None, map(_organisation, (person.name, person.family_name, person.given_name))), ""
        )
    name, given, family = _part(person.name), _part(person.given_name), _part(person.family_name)
    if CODE.match(name or family):
        return ""
    if given and family:
        if not is_called_one and name == f"{family}, {given}" and not _is_person(person, family, given):
            return name
        return _of_parts(name, given, family)
    name = name or family or given
    return _of_one_text(name, sure=person.name_type == "Personal")


def _is_person_after_all(person: Person) -> bool:
    """Tell whether what is called an organisation has a person's parts, and no word of an organisation."""
    given, family = person.given_name, person.family_name
    if not given or not family or person.name not in {f"{family}, {given}", f"{given} {family}"}:
        return False
    return not is_organisation_and_place(family, given)


def is_called_organisation(person: Person) -> bool:
    """Tell whether the metadata call this an organisation."""
    return (person.name_type or "").lower() == "organizational"


def is_shortened(given: str, sent: str) -> bool:
    """Tell whether a part of a given name is not sent: a role, an address, a mark, an initial."""
    cleaned = clean(given[:_MAX_READ_LENGTH])
    is_shorter = len(_squeezed(sent)) < len(_squeezed(cleaned))
    return is_shorter or len(_WORD.findall(sent)) < len(_WORD.findall(cleaned))


def _part(text: str | None) -> str:
    """Clean a name or a part of one; of an overlong text only the beginning is read."""
    if not text:
        return ""
    cleaned = without_accent_commands(clean(text[:_MAX_READ_LENGTH]))
    return cleaned if cleaned.isalpha() else without_noise(cleaned)


def _organisation(text: str | None) -> str:
    """Clean the name of an organisation; an address alone is none."""
    cleaned = without_email(without_accent_commands(clean((text or "")[:_MAX_READ_LENGTH])))
    return "" if ADDRESS.fullmatch(cleaned) or CODE.match(cleaned) else cleaned.strip(" ,;")


def _of_parts(name: str, given: str, family: str) -> str:
    """Put given and family name together, unless one holds the other or the name says otherwise."""
    if given == family == name or ("," not in name and _squeezed(name) == _squeezed(given + family)):
        # A name cut within a word, or one that is already in the right order.
        return name
    if given.casefold() in _NO_ONE or family.casefold() in _NO_ONE:
        return " ".join(part for part in (given, family) if part.casefold() not in _NO_ONE)
    if " " in family and DEGREE.fullmatch(given):
        return f"{family}, {given}"
    if given.casefold() in GROUP and family.casefold() not in GROUP:
        return f"{family} {given}"
    for whole, part in ((given, family), (family, given)):
        if " " in whole and f" {part.casefold()} " in f" {whole.casefold()} ".replace(",", " "):
            return _of_one_text(whole, sure=True)
    given, tail = without_tail(given)
    return _joined(given, family) + tail


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _joined(given: str, family: str) -> str:
    first, _, last = given.rpartition(" ")
    if first and _BEHIND.fullmatch(last):
        return f"{_joined(first, family)} {last}"
    if _FAMILY_FIRST.search(family) and not given.isascii():
        return f"{family}{given}"
    return f"{given} {family}"


def _of_one_text(name: str, *, sure: bool) -> str:
    """Return ``Family, Given`` as ``Given Family``; what follows the given name stays behind.

    Unless the metadata say that it is a person (``sure``), only a name that looks like a person's is changed.
    """
    if ";" in name:
        return name
    if "," not in name and not sure and "(" not in name and "[" not in name:
        return name
    bare, tail = without_tail(name)
    parts = _without_places([part.strip() for part in bare.split(",")])
    suffixes = [part for part in parts[1:] if _is_suffix(part, parts)]
    names = [part for part in parts if part and part not in suffixes and not _is_role(part, parts)]
    if len(names) != 2:  # noqa: PLR2004
        return ", ".join(filter(None, parts)) + tail
    family, given = names
    if family.casefold() in _NO_ONE or given.casefold() in _NO_ONE:
        return _of_parts(name, given, family)
    few = max(len(family.split()), len(given.split())) <= _MAX_NAME_WORDS
    if _FULL_STOP.search(given):
        given = given[:-1]
    is_organisation_too = is_surely_organisation if sure else is_organisation_and_place
    if (sure or few) and not is_organisation_too(family, given):
        if found := _TITLE_BEFORE.match(family):
            # "Dr. Doe, Jane" is Dr. Jane Doe.
            family, given = family[found.end() :], found[0] + given
        first, _, last = given.rpartition(" ")
        if suffixes and first and DEGREE.fullmatch(last):
            # "Doe, Jane MD, MPH"
            given, suffixes = first, [last, *suffixes]
        return ", ".join([_joined(given, family), *suffixes]) + tail
    return name


def _without_places(parts: list[str]) -> list[str]:
    """Leave out the institutions, forms of address and numbers behind family and given name."""
    if len(parts) < 3 or is_organisation_and_place(*parts[:2]):  # noqa: PLR2004
        return parts
    return parts[:2] + [
        part
        for part in parts[2:]
        if GENERATION.fullmatch(part) or (not BESIDE.fullmatch(part) and not is_organisation(part))
    ]


def _is_role(part: str, parts: list[str]) -> bool:
    """Tell whether a part behind family and given name is a role: "Doe, Jane, editor"."""
    return len(parts) > 2 and ROLE.fullmatch(part) is not None  # noqa: PLR2004


def _is_suffix(part: str, parts: list[str]) -> bool:
    """Tell whether a part is a degree or a generation; behind a single name, M.D. are initials."""
    if len(parts) == 2 and " " not in parts[0] and (_INITIALS.fullmatch(part) or len(part) <= _MAX_INITIALS):  # noqa: PLR2004
        return False
    is_order = len(parts) > 2 and _ORDER.fullmatch(part) is not None  # noqa: PLR2004
    return is_order or DEGREE.fullmatch(part) is not None or GENERATION.fullmatch(part) is not None


Words = tuple[str, ...]


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two names that share an iD may be one person's: initials, titles, capitals, double names.

    Each word of the shorter name must be in the longer one, at least as an initial. Names in different
    scripts cannot be compared; the shared iD decides.
    """
    if one == other:
        return True
    first, second = sorted((_words(one), _words(other)), key=len)
    if not first or not second:
        return not one or not other or not (one.isascii() and other.isascii())
    if first[0][0].isascii() != second[0][0].isascii():
        return True
    left = list(second)
    full = 0
    for word in sorted(first, key=len, reverse=True):
        match = next((o for o in left if o == word), None) or next((o for o in left if _fits(word, o)), None)
        if match is None:
            return False
        left.remove(match)
        full += min(len(word), len(match)) > 1
    return full > 0


def _fits(word: str, other: str) -> bool:
    if len(word) == 1 or len(other) == 1:
        return word[0] == other[0]
    if min(len(word), len(other)) < _MIN_FUZZY_LENGTH or word[0] != other[0]:
        return False
    return SequenceMatcher(None, word, other).ratio() >= _MIN_SIMILARITY


@lru_cache(maxsize=1024)
def _words(name: str) -> Words:
    """Return the words of a name without accents, titles and case; initials written together are parted."""
    is_shouted = name.isupper()
    words: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", name)):
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c)
        )
        plain = plain.translate(_LETTERS)
        for two, single in (("ae", "a"), ("oe", "o"), ("ue", "u")):
            plain = plain.replace(two, single)
        if plain in TITLE and (plain not in {"ma", "fr", "don", "mag", "ing"}):
            continue
        if not is_shouted and word.isupper() and 1 < len(word) <= _MAX_INITIALS:
            words += plain
        elif plain:
            words.append(plain)
    return tuple(words)


_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "ð": "d", "þ": "th", "æ": "a"}
)

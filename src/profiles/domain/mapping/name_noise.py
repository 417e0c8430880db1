"""Remove from a person's name what depositors write around it: marks, roles, addresses, brackets."""

import re
from typing import Final

from profiles.domain.mapping.words.organisations import is_organisation
from profiles.domain.mapping.words.parts_of_names import (
    ADDRESS,
    BRACKET,
    DEGREE,
    FOOTNOTE,
    JOINED,
    LIFE,
    MARKS,
    NOISE,
    NUMBER,
    ROLE,
)
from profiles.domain.records.texts import without_email

_LETTERS: Final = "[^\\W\\d_\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u2071\u00aa\u00ba]+"
_PLAIN: Final = re.compile(rf"{_LETTERS}(?:(?:, |[ .'\u2019-]{{1,2}}){_LETTERS}){{0,8}}\.?")
"""Words, with a comma, full stop, hyphen or apostrophe between: nothing to remove but roles and "et al."."""
_PUNCTUATION: Final = str.maketrans({"，": ", ", "،": ", ", "；": ";", "{": "", "}": "", '"': "", "\\": ""})
_ENDS_OF_NOISE: Final = ("al", "al.", "others", "and", "und", "et", "a.")
_BEGINNINGS_OF_NOISE: Final = ("and ", "und ", "by ", "& ", "et ", "von: ")
_SIGN_OF_NOISE: Final = re.compile(r" [-–—]|[\^|:/&]|[^\W\d_]{3}\. ")
_AROUND: Final = " ,;" + MARKS
_ENCLOSED: Final = re.compile(r"\[([^\[\]]*,[^\[\]]*)\]|\(([^()]*,[^()]*)\)|['‘“«]([^'’”»]*,[^'’”»]*)['’”»]")
_NICKNAME: Final = re.compile(r"[A-Z][a-z]+")


def without_noise(text: str) -> str:
    """Return a name without footnotes, addresses, braces and what was written behind its last letter."""
    is_plain = _PLAIN.fullmatch(text) is not None
    if not is_plain:
        text = without_email(text.translate(_PUNCTUATION))
        if "//" in text or "www." in text or "-000" in text or "orcid" in text.lower():
            text = ADDRESS.sub(" ", text)
        if (found := _ENCLOSED.fullmatch(text)) is not None:
            text = found[found.lastindex or 0]
        text = FOOTNOTE.sub("", FOOTNOTE.sub("", text))
        if "," in text and text[-1:].isdigit() and not is_organisation(text):
            text = NUMBER.sub("", text)
    if text.endswith(_ENDS_OF_NOISE) or ((not is_plain or ". " in text) and _SIGN_OF_NOISE.search(text)):
        text = NOISE.sub("", JOINED.sub("", text))
    elif text.startswith(_BEGINNINGS_OF_NOISE):
        text = JOINED.sub("", text)
    return text.strip(_AROUND)


def without_tail(name: str) -> tuple[str, str]:
    """Part a name from what is behind it in brackets; years of life and roles are no part of a name."""
    tail = ""
    for _ in range(3):
        bare, more = _without_one_tail(name)
        if bare == name:
            break
        name, tail = bare, more + tail
    return name, tail


def _without_one_tail(name: str) -> tuple[str, str]:
    bare = LIFE.sub("", name).strip(" ,;")
    if bare.count("(") != bare.count(")"):
        bare = name
    head, dash, behind = bare.rpartition(" - ")
    if dash and "," in head and is_organisation(behind):
        bare = head
    found = BRACKET.search(bare)
    if found is None:
        return bare or name, ""
    inner, rest = found[1].strip(" ;,"), bare[: found.start()].strip(" ,;")
    is_noise = not inner or inner.isdigit() or ROLE.fullmatch(inner) or DEGREE.fullmatch(inner)
    if not rest or (_NICKNAME.fullmatch(inner) and not is_noise):
        return bare, ""
    return rest, "" if is_noise else f" ({inner})"

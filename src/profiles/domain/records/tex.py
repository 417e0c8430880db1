"""Read the commands of TeX for accented letters in names."""

import re
import unicodedata
from typing import Final

_COMBINING: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "i", "j": "j",
}  # fmt: skip
_ACCENT: Final = re.compile(
    r"\{?\\(?P<mark>['`^\"~=.]|[uvHckrd](?=[\s{]))\s*(?:\{\s*(?P<inner>\\?[A-Za-z])\s*\}|(?P<bare>\\?[A-Za-z]))\}?"
)
_LETTER: Final = re.compile(
    r"\{\\(ss|o|O|l|L|ae|AE|oe|OE|aa|AA|i|j)\}|\\(ss|o|O|l|L|ae|AE|oe|OE|aa|AA)(?:\{\}|(?=[^A-Za-z])\s?|$)"
)


def without_accent_commands(text: str) -> str:
    r"""Return a text in which ``Mart{\'i}nez`` is ``Martínez``."""
    if "\\" not in text:
        return text
    text = _ACCENT.sub(_accented, text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1] or found[2]], text)
    return unicodedata.normalize("NFC", text)


def _accented(found: re.Match[str]) -> str:
    letter = (found["inner"] or found["bare"]).lstrip("\\")
    return letter + _COMBINING[found["mark"]]

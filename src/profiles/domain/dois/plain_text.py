"""A text as it is seen: without invisible signs, and without the escapes of markup languages."""

import html
import re
from typing import Final

_INVISIBLE: Final = dict.fromkeys(
    (
        *(0x00, 0xAD, 0x61C, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xFFF9, 0xFFFC),
    )
)
"""Signs of no width: soft hyphens, joiners, marks of direction, byte order marks, variation selectors."""
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()} | {
    0xFF0E: ".", 0xFF0F: "/", 0xFF0D: "-", 0xFF3F: "_", 0xFF05: "%", 0x2024: ".", 0x2044: "/", 0x2215: "/",
}  # fmt: skip
"""Letters, digits and marks of East Asian width. Wide commas and brackets stay: they end a DOI."""
_SEEN: Final = str.maketrans(_INVISIBLE | _WIDE)

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});")
_TEX_WORDS: Final = {
    "textless": "<", "textgreater": ">", "textunderscore": "_", "textbar": "|", "textasciitilde": "~",
    "textbackslash": "\\", "textendash": "-", "textemdash": "-", "slash": "/", "lt": "<", "gt": ">",
}  # fmt: skip
_TEX_NAMES: Final = "|".join(_TEX_WORDS)
_TEX: Final = re.compile(
    rf"\{{\\(?P<braced>{_TEX_NAMES})\s?\}}|\\(?P<bare>{_TEX_NAMES})(?![a-zA-Z])(?:\{{\}}|\s)?"
    r"|\$(?P<math>[<>])\$|\{\\(?P<sign>[_%&#$])\s?\}|\\u00(?P<code>[2-7][0-9a-fA-F])"
    r"|\\\\?(?P<mark>[!-/:-@\[\]^_`{|}~])"
)
"""Escapes of TeX, Markdown and JSON."""


def visible(text: str) -> str:
    """Return a text without signs of no width, and with plain letters, digits and slashes."""
    return text if text.isascii() and "\0" not in text else text.translate(_SEEN)


def unescaped(text: str) -> str:
    """Return a text without the escapes of HTML (also doubled), TeX, Markdown and JSON."""
    for _twice in range(2):
        if "&" in text:
            # Only whole entities: in an address, "&section=" is a parameter and no paragraph sign.
            text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return _TEX.sub(_meant, text) if "\\" in text or "$" in text else text


def _meant(found: re.Match[str]) -> str:
    word = found["braced"] or found["bare"]
    if word:
        return _TEX_WORDS[word]
    if found["code"]:
        return chr(int(found["code"], 16))
    return found["math"] or found["sign"] or found["mark"]

"""Prepare texts for ORCID: no markup, no characters that XML forbids, not too long, and nothing else lost."""

import html
import re
import unicodedata
from typing import Final

from profiles.domain.records.markup import without_markup

# An entity needs its semicolon: "?a=1&copy=2" is part of an address.
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS: Final = re.compile("[\x7f-\x9f]")
_INVISIBLE: Final = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffc\U000e0000-\U000e007f]")
_JOINERS: Final = re.compile("(?<=[A-Za-z\u00c0-\u052f])[\u200c\u200d]|^[\u200c\u200d]")
"""Joiners form letters in Persian and Hindi; in Latin, Greek and Cyrillic letters they do nothing."""
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of reading: one that is not closed turns all that follows on a page."""
_EMAIL: Final = re.compile(
    r"[<(\[]?\s*(?:mailto:|e-?mail\s*:\s*)?[\w.+'-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?", re.IGNORECASE
)
ELLIPSIS: Final = "…"


def clean(text: str | None) -> str:
    """Return a text without markup, entities, forbidden characters and superfluous blanks.

    Entities are resolved until nothing changes: much of what is deposited was escaped more than once.
    """
    if not text:
        return ""
    if "&" not in text and "<" not in text and "  " not in text and text.isprintable():
        # Most names and titles: nothing to do; what XML forbids or turns the reading is not printable.
        return text.strip() if text.isascii() else unicodedata.normalize("NFC", text.strip())
    if "&" in text:
        text = _without_entities(text)
    if "<" in text:
        text = without_markup(text)
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    text = _TURNING.sub("", text)
    text = _ILLEGAL.sub("", text)
    text = _INVISIBLE.sub("", _CONTROLS.sub(_from_windows, text))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub("", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def legal(text: str) -> str:
    """Return a text without the characters that XML forbids: ORCID refuses a work with one of them."""
    return _ILLEGAL.sub("", text)


def _without_entities(text: str) -> str:
    for _ in range(4):
        before, text = text, _ENTITY.sub(lambda found: html.unescape(found.group()), text)
        if text == before:
            break
    return text


def _from_windows(control: re.Match[str]) -> str:
    """Read a control character as the Windows-1252 letter that was wrongly decoded as Latin-1."""
    code = ord(control.group())
    return bytes([code]).decode("cp1252", "ignore") if code != 0x7F else ""  # noqa: PLR2004  delete


def length_at_orcid(text: str) -> int:
    """Return the length as Java counts it: characters beyond the basic plane count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, length: int) -> str:
    """Shorten a text to a length at the end of a word, and add an ellipsis."""
    if len(text) * 2 <= length or length_at_orcid(text) <= length:
        return text
    head = text[: length - 1]
    while length_at_orcid(head) > length - 1:
        head = head[: len(head) - max(1, (length_at_orcid(head) - length) // 2)]
    at_word = head if text[len(head)].isspace() else head.rpartition(" ")[0]
    # A text without blanks (Chinese, a chemical name) is cut within the word.
    kept = at_word if len(at_word) > len(head) * 3 // 4 else head
    return kept.rstrip(" ,;:-–—(") + ELLIPSIS


def without_email(name: str) -> str:
    """Remove e-mail addresses from a name: they are never sent (ORCID contract 2.5.3)."""
    return " ".join(_EMAIL.sub(" ", name).split()).strip(" ,;") if "@" in name else name

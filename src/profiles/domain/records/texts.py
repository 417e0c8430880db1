"""Prepare texts for ORCID: no markup, no characters that XML forbids, not too long, and nothing else lost."""

import html
import re
import unicodedata
from typing import Final

_ATTRIBUTES: Final = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))*"
_NAMES: Final = frozenset({
    "a", "abbr", "abstract", "acronym", "alternatives", "article-title", "annotation", "annotation-xml",
    "article", "aside", "b", "big", "blockquote", "bold", "body", "br", "center", "cite", "code", "col",
    "dd", "del", "details", "dfn", "dir", "disp-formula", "disp-quote", "div", "dl", "dt", "em", "email",
    "emph", "ext-link", "fig", "figcaption", "figure", "fn", "font", "footer", "graphic", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "inf", "inline-formula", "inline-graphic",
    "ins", "italic", "kbd", "label", "li", "link", "list", "list-item", "main", "mark", "math", "media",
    "meta", "monospace", "named-content", "nav", "o", "ol", "overline", "p", "pre", "q", "roman", "s",
    "samp", "sans-serif", "sc", "scp", "sec", "section", "semantics", "small", "span", "strike", "strong",
    "styled-content", "sub", "subtitle", "summary", "sup", "supplementary-material", "svg", "table",
    "tbody", "td", "tex-math", "tfoot", "th", "thead", "time", "title", "tr", "tt", "u", "ul", "underline",
    "uri", "var", "xref", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn",
    "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle",
    "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
})  # fmt: skip
# Only elements that depositors use, and only with attributes that look like attributes: "a <b and c> d" is
# mathematics and stays.
_TAG: Final = re.compile(
    rf"<(/?)(?:[a-z][\w.-]{{0,12}}:)?({'|'.join(sorted(_NAMES, key=len, reverse=True))}){_ATTRIBUTES}\s*/?>",
    re.IGNORECASE,
)
_NOT_FOR_READERS: Final = re.compile(
    r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>|<\?[\w-]+[^<>]*\?>|<!doctype[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_POWER: Final = re.compile(
    r"(?<=\d)\s*<(?:\w+:)?sup>\s*([+\u2212\u2013-]\s*\d+)\s*</(?:\w+:)?sup>", re.IGNORECASE
)
_BLOCKS: Final = frozenset({
    "abstract", "article", "article-title", "blockquote", "body", "br", "dd", "disp-formula", "disp-quote",
    "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label",
    "li", "list", "list-item", "main", "ol", "p", "pre", "sec", "section", "summary", "table", "tbody",
    "td", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
# An entity needs its semicolon: "?a=1&copy=2" is part of an address.
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS: Final = re.compile("[\x7f-\x9f]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CODES: Final = re.compile(
    r"[:;]?[({]?[:;]?\s*(?:unac|unal|unap|unas|unav|unkn|none|null|tba|etal|at)\b\s*[)}]?[:.;]?",
    re.IGNORECASE,
)
_EMPTY_WORDS: Final = frozenset(
    {"n/a", "na", "n.a.", "none", "null", "nil", "-", "--", "---", ".", "?", "unknown", "undefined", "[s.n.]",
     "s.n.", "tba", "tbd", "tbc", "not available", "not applicable", "not provided", "no abstract",
     "no description", "et al.", "et al", "nn", "n.n.", "n. n.", "unbekannt", "unknown unknown"}
)  # fmt: skip
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
        # Most names and titles: nothing to do, and what XML forbids is not printable.
        return text.strip() if text.isascii() else unicodedata.normalize("NFC", text.strip())
    if "&" in text:
        text = _without_entities(text)
    if "<" in text:
        text = _without_markup(text)
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    text = _ILLEGAL.sub("", text)
    text = _INVISIBLE.sub("", _CONTROLS.sub(_from_windows, text))
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


def _without_markup(text: str) -> str:
    if "<!" in text or "<?" in text or "</s" in text.lower():
        text = _NOT_FOR_READERS.sub(" ", _CDATA.sub(r"\1", text))
    text = _POWER.sub(r"^\1", text)
    return _TAG.sub(lambda tag: " " if tag.group(2).lower() in _BLOCKS else "", text)


def _from_windows(control: re.Match[str]) -> str:
    """Read a control character as the Windows-1252 letter that was wrongly decoded as Latin-1."""
    code = ord(control.group())
    return bytes([code]).decode("cp1252", "ignore") if code != 0x7F else ""  # noqa: PLR2004  delete


def is_placeholder(text: str) -> bool:
    """Tell whether the text is one of DataCite's codes for a missing value, such as ``(:unav)``."""
    return len(text) <= 12 and (":" in text or "(" in text) and _CODES.fullmatch(text) is not None  # noqa: PLR2004


def is_filler(text: str) -> bool:
    """Tell whether a name, number or description is empty or a filler such as "n/a"."""
    return not text or is_placeholder(text) or text.lower() in _EMPTY_WORDS


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

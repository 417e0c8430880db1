# ruff: noqa: E501
"""Remove markup from texts and keep its meaning: powers and fractions stay, nothing is said twice."""

import re
from typing import Final

_ATTRIBUTES: Final = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))*"
_NAMES: Final = frozenset({
    "a", "abbr", "abstract", "acronym", "alternatives", "article-title", "annotation", "annotation-xml",
    "article", "aside", "b", "big", "blockquote", "bold", "body", "br", "center", "cite", "code", "col",
    "dd", "del", "details", "dfn", "dir", "disp-formula", "disp-quote", "div", "dl", "dt", "em", "email",
    "emph", "ext-link", "fig", "figcaption", "figure", "fn", "font", "footer", "graphic", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "inf", "inline-formula", "inline-graphic",
    "ins", "italic", "rb", "rp", "rt", "rtc", "ruby", "kbd", "label", "li", "link", "list", "list-item", "main", "mark", "math", "media",
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
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_FOR_READERS: Final = re.compile(
    r"<(script|style)\b[^<>]*>.*?</\1\s*>|<\?[\w-]+[^<>]*\?>|<!doctype[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_BLOCKS: Final = frozenset({
    "abstract", "article", "article-title", "blockquote", "body", "br", "dd", "disp-formula", "disp-quote",
    "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label",
    "li", "list", "list-item", "main", "ol", "p", "pre", "sec", "section", "summary", "table", "tbody",
    "td", "th", "thead", "title", "tr", "ul",
})  # fmt: skip
# Repeats what is beside it: the source of a formula, the reading of a word, a footnote.
_BESIDE: Final = re.compile(
    r"<((?:[a-z]{1,5}:)?(?:annotation(?:-xml)?|rt|rp|rtc|fn))(?:\s[^<>]*)?>[^<]*(?:<(?!/\1|\1\b)[^<]*)*</\1\s*>",
    re.IGNORECASE,
)
# The same formula for two kinds of readers, as JATS has it: MathML is readable, TeX is not.
_ALTERNATIVES: Final = re.compile(
    r"<(?:jats:)?alternatives>(?=[^<]*(?:<(?!/(?:jats:)?alternatives)[^<]*)*<(?:\w{1,5}:)?math\b)"
    r"[^<]*<(?:jats:)?tex-math\b[^<>]*>[^<]*</(?:jats:)?tex-math>",
    re.IGNORECASE,
)
_FRACTION: Final = re.compile(
    r"(\d)?<(?:\w{1,5}:)?sup>\s*(\d{1,4})\s*</(?:\w{1,5}:)?sup>\s*[/\u2044]\s*<(?:\w{1,5}:)?sub>\s*(\d{1,4})\s*</(?:\w{1,5}:)?sub>",
    re.IGNORECASE,
)
# A power follows a number, a letter or a unit; behind a longer word it is the number of a footnote.
_POWER: Final = re.compile(
    r"(?<![^\W\d_]{3})(?<=[\w)\]])(?P<gap>\s?)(?:<(?:\w{1,5}:)?(?:i|em)>)?<(?:\w{1,5}:)?sup>\s*(?:<(?:\w{1,5}:)?(?:i|em)>)?"
    r"(?P<power>[+\u2212\u2013-]\s?[\d.]{1,6}|\d{1,6}(?:[./]\d{1,4})?|[+\u2212\u2013-]?\s?\d{0,3}[nNkxmijp](?:[+\u2212-]\d{1,3})?)"
    r"(?:</(?:\w{1,5}:)?(?:i|em)>)?\s*</(?:\w{1,5}:)?sup>",
    re.IGNORECASE,
)
_MATH: Final = re.compile(r"<(/?)(?:\w{1,5}:)?(math|m[a-z]{1,12})\b[^<>]*?(/?)>", re.IGNORECASE)
_IMAGE: Final = re.compile(
    r"!\[[^\[\]]{0,300}\]\(\s*data:[^()\s]*(?:\s+\"[^\"]{0,300}\")?\s*\)|\bdata:[\w.+-]{1,40}/[\w.+-]{1,40}(?:;[\w=-]{1,40})*;base64,[\w+/=%-]+"
)


def without_inline_images(text: str) -> str:
    """Remove pictures that are written into a text as letters."""
    return _IMAGE.sub("", text) if "data:" in text else text


def without_markup(text: str) -> str:
    """Return a text without elements; formulas are written in a line."""
    lower = text.lower()
    if "<!" in text or "<?" in text or "</s" in lower:
        text = _without_closed(_CDATA, "]]>", r"\1", text)
        text = _NOT_FOR_READERS.sub(" ", _without_closed(_COMMENT, "-->", " ", text))
    if "</" in text:
        if "annotation" in lower or "</rt" in lower or "</rp" in lower or "fn>" in lower:
            text = _BESIDE.sub("", text)
        if "tex-math" in lower:
            text = _ALTERNATIVES.sub("", text)
        if "math" in lower and _has_math(lower):
            text = _with_formulas_in_line(text)
        if "sup>" in lower:
            text = _POWER.sub(_power, _FRACTION.sub(_fraction, text))
    return _TAG.sub(lambda tag: " " if tag.group(2).lower() in _BLOCKS else "", text)


def _without_closed(pattern: re.Pattern[str], end: str, other: str, text: str) -> str:
    """Replace what a pattern matches, up to the last end: thousands of beginnings without an end cost nothing."""
    last = text.rfind(end) + len(end)
    return pattern.sub(other, text[:last]) + text[last:] if last >= len(end) else text


def _fraction(found: re.Match[str]) -> str:
    whole = f"{found[1]} " if found[1] else ""
    return f"{whole}{found[2]}/{found[3]}"


def _power(found: re.Match[str]) -> str:
    return f"^{found['power'].replace(' ', '')}"


def _has_math(lower: str) -> bool:
    return any(
        f"{name}>" in lower or f"{name} " in lower for name in ("msup", "mfrac", "msubsup", "mroot", "msqrt")
    )


class _Element:
    """A part of a formula: its name, and its children in a line."""

    __slots__ = ("children", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[str] = []


_MAX_DEPTH: Final = 200


def _with_formulas_in_line(text: str) -> str:
    """Write powers, fractions and roots of MathML in a line; other elements of it become their content."""
    stack = [_Element("")]
    end = 0
    for tag in _MATH.finditer(text):
        closes, name, is_empty = tag[1] == "/", tag[2].lower(), tag[3] == "/"
        if name not in _NAMES:
            continue
        if between := text[end : tag.start()]:
            # Blanks between the elements of a formula only arrange its source.
            stack[-1].children.append(between if len(stack) == 1 else between.strip())
        end = tag.end()
        if not closes and not is_empty and len(stack) < _MAX_DEPTH:
            stack.append(_Element(name))
        elif closes and len(stack) > 1 and stack[-1].name == name:
            closed = stack.pop()
            stack[-1].children.append(_in_line(closed.name, [child for child in closed.children if child]))
    stack[-1].children.append(text[end:])
    return "".join("".join(element.children) for element in stack)


def _in_line(name: str, parts: list[str]) -> str:
    match name, parts:
        case "msup", [base, power] if _is_power(power):
            return f"{_grouped(base)}^{_grouped(power)}"
        case "msubsup", [base, below, power] if _is_power(power):
            return f"{base}{below}^{_grouped(power)}"
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "msqrt", [_, *_]:
            return f"√{_grouped(''.join(parts))}"
        case "mroot", [base, degree]:
            return f"{_grouped(base)}^(1/{degree})"
    return "".join(parts)


def _is_power(text: str) -> bool:
    """Tell whether a raised part is a number or a formula: signs alone are charges, a prime is a mark."""
    return any(map(str.isalnum, text)) and not re.fullmatch(r"\d*[+\u2212-]", text)


def _grouped(part: str) -> str:
    """Put a part of several terms in brackets."""
    return f"({part})" if re.search(r"(?<!^)[+\u2212/^ =-]", part) else part

# ruff: noqa: E501  one line a list is how they are read
"""Tell what says nothing: codes and words that stand for a missing title, name, number or description."""

import re
from typing import Final

_CODES: Final = re.compile(
    r"[:;]?[({]?[:;]?\s*(?:unac|unal|unap|unas|unav|unkn|none|null|tba|etal|at)\b\s*[)}]?[:.;]?",
    re.IGNORECASE,
)
_EMPTY_WORDS: Final = frozenset(
    {"n/a", "na", "n.a.", "none", "null", "nil", "nan", "-", "--", "---", ".", "?", "unknown", "undefined", "[s.n.]",
     "s.n.", "tba", "tbd", "tbc", "no abstract", "no description", "et al.", "et al", "nn", "n.n.", "n. n.",
     "unbekannt", "inconnu", "desconocido", "unknown unknown", "s.t.", "o.a.", "k.a.", "keine angabe", "empty", "blank"}
)  # fmt: skip
_NOUN: Final = (
    r"(?:titles?|titel|titre|t[ií]tulo|titolo|abstracts?|descriptions?|summar(?:y|ies)|zusammenfassung|kurzfassung"
    r"|beschreibung|r[ée]sum[ée]|resumen|resumo|descripci[óo]n|descri[çc][ãa]o|riassunto|data|information|info|angaben?|content|text|value|metadata)"
)
_GIVEN: Final = (
    r"(?:available|provided|given|found|applicable|specified|supplied|entered|present|added|set|stated|assigned|known|recorded"
    r"|included|submitted|supplied|disponible|dispon[íi]vel|disponibile|vorhanden|verfügbar|angegeben|bekannt)"
)
_LACKS: Final = r"(?:missing|unavailable|unknown|pending|forthcoming|to follow|to be (?:announced|added|determined|provided|defined)|coming soon|tb[acd]|fehlt|folgt|manquant|null|none|n/a|unbekannt|empty)"
_NO: Final = (
    r"(?:no|missing|unknown|empty|kein(?:e|en)?|aucune?|pas (?:de|d')|nenhum|ning[úu]n|nessun[ao]?|ingen)"
)
_BE: Final = r"(?: (?:is|was|are|has been|have been|ist|wurde|est))?"
_WITHOUT: Final = r"(?:sin|sem|sans|ohne|without|senza) (?:abstract|description|summary|zusammenfassung|beschreibung|r[ée]sum[ée]|resumen|resumo|descripci[óo]n|angaben?)"
_SAYS_NOTHING: Final = re.compile(
    rf"(?:(?:there (?:is|are) )?{_NO}\s{_NOUN}(?:{_BE}(?: currently| yet)? (?:{_GIVEN}|yet))?"
    rf"|(?:the )?{_NOUN}{_BE}(?: currently| yet)? (?:(?:not|non|nicht|no)(?: yet| currently)? {_GIVEN}|{_LACKS})"
    rf"|(?:not|nicht|non|none)(?: yet| currently)? {_GIVEN}|unavailable|{_LACKS}|{_WITHOUT})"
    r"(?: (?:for|of) (?:this|the) \w+)?",
    re.IGNORECASE,
)
_FIRST_WORD: Final = re.compile(
    rf"(?:{_NO}|{_NOUN}|{_LACKS}|not|nicht|non|unavailable|there|the|sin|sem|sans|ohne|without|senza|n|na|nan|nil|null|undefined|s|tb[acd]|et|nn|inconnu|desconocido"
    r"|o|k|keine|blank|un(?:a[clpsv]|kn)|etal|at)\b",
    re.IGNORECASE,
)
_NO_LETTERS: Final = re.compile(r"[\s!-/:-@\[-`{-~\u2013\u2014\u2026]+")
_AROUND: Final = " .,;:!?()[]{}<>\"'*-–—_"
_MAX_NOTHING: Final = 60


def is_placeholder(text: str) -> bool:
    """Tell whether the text is one of DataCite's codes for a missing value, such as ``(:unav)``."""
    return len(text) <= 12 and (":" in text or "(" in text) and _CODES.fullmatch(text) is not None  # noqa: PLR2004


def is_filler(text: str) -> bool:
    """Tell whether a name, title, number or description is empty or says nothing, such as "n/a"."""
    if not text or len(text) > _MAX_NOTHING:
        return not text
    lower = text.lower()
    if text[0].isalnum() and _FIRST_WORD.match(lower) is None:
        return False  # Nearly all texts.
    if lower in _EMPTY_WORDS or is_placeholder(text) or _NO_LETTERS.fullmatch(text) is not None:
        return True
    bare = lower.strip(_AROUND)
    return bare in _EMPTY_WORDS or _SAYS_NOTHING.fullmatch(bare) is not None

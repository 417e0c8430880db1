"""Texts, dates and languages, brought to the form ORCID takes, without losing what they say."""

import html
import re
import unicodedata
from datetime import date
from typing import Final

# Tags that depositors use; anything else between angle brackets may be mathematics and stays.
_TAG: Final = re.compile(
    r"</?(?:jats:|mml:|xhtml:)?(?:a|abbr|abstract|article-title|b|bold|blockquote|br|cite|code|dd|div|dl|dt|em|font"
    r"|h[1-6]|hr|i|img|inline-formula|italic|li|list|list-item|m[a-z]{1,12}|ol|p|pre|q|s|sc|sec|section|small|span"
    r"|strike|strong|sub|sup|table|tbody|td|tex-math|th|thead|title|tr|tt|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(r"</?(?:jats:)?(?:p|br|div|li|h[1-6]|tr|ul|ol|sec|title)\b", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
# XML 1.0 has no place for these; one of them makes ORCID refuse the whole document.
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS: Final = re.compile(r"\s+")
_PLACEHOLDER: Final = re.compile(
    r"\(?:?\(?:(unac|unal|unap|unas|unav|unkn|none|null|tba|etal)\)?\)?|n/?a|none|null|untitled",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[<(\[]?\s*(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?")
ELLIPSIS: Final = "…"


def clean(text: str) -> str:
    """Return the text without markup, entities, illegal characters and superfluous blanks."""
    if "&" in text:
        # Twice: some depositors escape what was escaped already.
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if _BLOCK.match(tag.group()) else "", _COMMENT.sub(" ", text))
    text = _ILLEGAL.sub("", text)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


def is_placeholder(text: str) -> bool:
    """Say whether the text only says that there is none (``(:unav)`` and its kin)."""
    return _PLACEHOLDER.fullmatch(text) is not None


def cut(text: str, length: int) -> str:
    """Shorten to a length at the end of a word, and show that something is missing."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    at_word, _, rest = head.rpartition(" ")
    # A text without blanks (Chinese, a chemical name) is cut where it must be.
    kept = at_word if at_word and len(rest) < length // 4 else head
    return kept.rstrip(" ,;:-") + ELLIPSIS


def without_email(name: str) -> str:
    """Take e-mail addresses out of a name: they are never sent."""
    return _BLANKS.sub(" ", _EMAIL.sub(" ", name)).strip() if "@" in name else name


# --- dates -------------------------------------------------------------------------------------------
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?", re.ASCII)
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100


def read_date(text: str) -> tuple[int, int | None, int | None] | None:
    """Read a date or the beginning of a range; None when it is none, or ORCID has no place for its year.

    ORCID takes 1900 to 2100. Years of other calendars (2563) and of old prints (1592) lie outside; guessing
    which calendar was meant would invent something.
    """
    found = _DATE.fullmatch(text.strip().partition("/")[0].strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return (year, month, None) if month and 1 <= month <= 12 else (year, None, None)  # noqa: PLR2004
    return year, month, day


# --- languages ---------------------------------------------------------------------------------------
_CODES: Final = """
    ab aa af ak sq am ar an hy as av ae ay az bm ba eu be bn bh bi bs br bg my ca ch ce zh_CN zh_TW
    cu cv kw co cr hr cs da dv nl dz en eo et ee fo fj fi fr fy ff gl lg ka de el kl gn gu ht ha iw
    hz hi ho hu is io ig in ia ie iu ik ga it ja jv kn kr ks kk km ki rw ky kv kg ko ku kj lo la lv
    li ln lt lu lb mk mg ms ml mt gv mi mr mh mo mn na nv ng ne nd se no nb nn ny oc oj or om os pi
    pa fa pl pt ps qu rm ro rn ru sm sg sa sc gd sr sn ii sd si sk sl so nr st es su sw ss sv tl ty
    tg ta tt te th bo ti to ts tn tr tk tw ug uk ur uz ve vi vo wa cy wo xh ji yo za zu
"""
LANGUAGES: Final = frozenset(_CODES.split())
"""ORCID's own list: old Java codes for Hebrew, Indonesian and Yiddish, and two kinds of Chinese."""
_OTHER_CODES: Final = {
    "he": "iw", "id": "in", "yi": "ji", "zh": "zh_CN", "zho": "zh_CN", "chi": "zh_CN", "cmn": "zh_CN",
    "zh-hans": "zh_CN", "zh-cn": "zh_CN", "zh-hant": "zh_TW", "zh-tw": "zh_TW", "zh-hk": "zh_TW",
    "eng": "en", "english": "en", "ger": "de", "deu": "de", "german": "de", "deutsch": "de", "fre": "fr",
    "fra": "fr", "french": "fr", "spa": "es", "spanish": "es", "ita": "it", "italian": "it", "por": "pt",
    "portuguese": "pt", "rus": "ru", "russian": "ru", "dut": "nl", "nld": "nl", "pol": "pl", "cze": "cs",
    "ces": "cs", "slo": "sk", "slk": "sk", "slv": "sl", "hun": "hu", "rum": "ro", "ron": "ro", "gre": "el",
    "ell": "el", "grc": "el", "lat": "la", "swe": "sv", "dan": "da", "nor": "no", "nob": "nb", "nno": "nn",
    "fin": "fi", "est": "et", "lav": "lv", "lit": "lt", "ukr": "uk", "bel": "be", "bul": "bg", "hrv": "hr",
    "srp": "sr", "bos": "bs", "mac": "mk", "mkd": "mk", "alb": "sq", "sqi": "sq", "tur": "tr", "ara": "ar",
    "heb": "iw", "per": "fa", "fas": "fa", "hin": "hi", "ben": "bn", "tam": "ta", "tel": "te", "urd": "ur",
    "tha": "th", "vie": "vi", "ind": "in", "may": "ms", "msa": "ms", "jpn": "ja", "kor": "ko", "cat": "ca",
    "baq": "eu", "eus": "eu", "glg": "gl", "gle": "ga", "wel": "cy", "cym": "cy", "ice": "is", "isl": "is",
    "mlt": "mt", "ltz": "lb", "arm": "hy", "hye": "hy", "geo": "ka", "kat": "ka", "aze": "az", "kaz": "kk",
    "uzb": "uz", "mon": "mn", "swa": "sw", "afr": "af", "zul": "zu", "amh": "am", "san": "sa", "epo": "eo",
}  # fmt: skip


def language_code(text: str) -> str | None:
    """Return ORCID's code of a language given by a code or an English name; None when it has none."""
    given = text.strip().replace("_", "-").lower()
    for code in (given, given.partition("-")[0]):
        known = _OTHER_CODES.get(code, code)
        if known in LANGUAGES:
            return known
    return None

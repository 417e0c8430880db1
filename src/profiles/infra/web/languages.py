"""The languages of the pages, and how a page chooses one.

A new language is one line here and one file of translations (CONTRIBUTING.md).
"""

import unicodedata
from collections.abc import Iterable
from typing import Any, Final, cast

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES: Final = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt-br", "Português (Brasil)"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
    ("ar", "العربية"),
)
"""Code and own name of each language; the first one is that of the source."""
_OF_ORCID: Final = {"pt-br": "pt", "zh-hans": "zh_CN"}
"""Codes that ORCID's pages call otherwise."""


def known_language(wanted: Iterable[str]) -> str:
    """Return the first of the wanted languages (BCP 47 tags) that the pages have, or ``""``."""
    for tag in wanted:
        try:
            return translation.get_supported_language_variant(tag.lower())
        except LookupError:
            continue
    return ""


def language_of_browser(request: HttpRequest) -> str:
    """Return the language of ours that this browser prefers."""
    preferred = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return known_language(tag for tag, _weight in preferred) or LANGUAGES[0][0]


def choose_language(request: HttpRequest, code: str) -> None:
    """Show this page, and the following ones in this browser, in a language of ours."""
    translation.activate(code)
    request.LANGUAGE_CODE = code
    # The middleware stores it in a cookie.
    cast("Any", request).chosen_language = code


def reading_order(name: str) -> str | bytes:
    """Return the key by which a name is sorted for the reader of this page.

    The Chinese and Japanese standards list common signs by their sound; elsewhere É follows E.
    """
    code = translation.get_language() or ""
    if code.startswith("zh"):
        return name.casefold().encode("gb18030")
    if code == "ja":
        return name.casefold().encode("euc_jp", "replace")
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def language_at_orcid(code: str) -> str:
    """Return the code under which ORCID's pages know a language of ours."""
    return _OF_ORCID.get(code, code)

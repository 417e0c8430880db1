"""The simple types of ORCID's schema 3.0 in our own code: each check returns an error text or None.

Sentences begin with the rule name that XML Schema gives the failure (``cvc-…``), as clients see it at ORCID.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

Check = Callable[[str], str | None]

_BLANK: Final = " \t\r\n"
_INTEGER: Final = re.compile(r"[+-]?\d+")
_DATE_TIME: Final = re.compile(
    r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?", re.ASCII
)
_EMAIL: Final = re.compile(r"[^@]+@[^.]+\.[^\r\n]+")

# RFC 3986 as a reader of anyURI applies it, after characters that need escaping have been set aside.
_UNRESERVED: Final = r"A-Za-z0-9\-._~"
_SUB_DELIMITERS: Final = r"!$&'()*+,;="
_PCHAR: Final = rf"(?:[{_UNRESERVED}{_SUB_DELIMITERS}:@]|%[0-9A-Fa-f]{{2}})"
_USER_OR_NAME: Final = rf"(?:[{_UNRESERVED}{_SUB_DELIMITERS}]|%[0-9A-Fa-f]{{2}})"
_USER: Final = rf"(?:[{_UNRESERVED}{_SUB_DELIMITERS}:]|%[0-9A-Fa-f]{{2}})"
_HOST: Final = rf"(?:\[[^\]]*\]|{_USER_OR_NAME}*)"
_AUTHORITY: Final = rf"//(?:{_USER}*@)?{_HOST}(?::\d+)?(?:/{_PCHAR}*)*"
_TAIL: Final = rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?\[\]])*)?"
_SEGMENT_NO_COLON: Final = rf"(?:[{_UNRESERVED}{_SUB_DELIMITERS}@]|%[0-9A-Fa-f]{{2}})"
_URI: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+\-.]*:(?:{_AUTHORITY}|/(?:{_PCHAR}+(?:/{_PCHAR}*)*)?|{_PCHAR}+(?:/{_PCHAR}*)*|)"
    rf"|{_AUTHORITY}|/(?:{_PCHAR}+(?:/{_PCHAR}*)*)?|{_SEGMENT_NO_COLON}+(?:/{_PCHAR}*)*|){_TAIL}",
    re.ASCII,
)
_ESCAPED_BY_READERS: Final = re.compile(r'[ <>"{}|\\^`\x00-\x1f\x7f-\U0010ffff]')


def _cut(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:60]}…"  # noqa: PLR2004 - for reading only


def any_text(_value: str) -> str | None:
    """Accept every string."""
    return None


def at_most(length: int) -> Check:
    """Accept up to this many characters, spaces included."""

    def check(value: str) -> str | None:
        if len(value) > length:
            return (
                f"cvc-maxLength-valid: Value '{_cut(value)}' with length = '{len(value)}' is not facet-valid "
                f"with respect to maxLength '{length}'."
            )
        return None

    return check


def not_blank(value: str) -> str | None:
    """Refuse an empty or blank text, as the schema's non-empty-string does."""
    if not value.strip(_BLANK):
        return "cvc-pattern-valid: Value '' is blank and is not facet-valid for type 'non-empty-string'."
    return None


def not_blank_at_most(length: int) -> Check:
    """Refuse blank texts and texts longer than this."""
    within = at_most(length)
    return lambda value: not_blank(value) or within(value)


def one_of(values: Iterable[str]) -> Check:
    """Accept the values of an enumeration, exactly as written."""
    known = frozenset(values)

    def check(value: str) -> str | None:
        if value not in known:
            listed = ", ".join(sorted(known))
            return (
                f"cvc-enumeration-valid: Value '{_cut(value)}' is not facet-valid with respect to "
                f"enumeration '[{listed}]'. It must be a value from the enumeration."
            )
        return None

    return check


def matching(pattern: re.Pattern[str]) -> Check:
    """Accept what the pattern matches as a whole."""

    def check(value: str) -> str | None:
        if not pattern.fullmatch(value):
            return (
                f"cvc-pattern-valid: Value '{_cut(value)}' is not facet-valid with respect to pattern "
                f"'{pattern.pattern}'."
            )
        return None

    return check


def integer(value: str) -> str | None:
    """Accept an integer, with a sign and surrounding spaces."""
    if not _INTEGER.fullmatch(value.strip(_BLANK)):
        return f"cvc-datatype-valid.1.2.1: '{_cut(value)}' is not a valid value for 'integer'."
    return None


def integer_between(least: int, most: int) -> Check:
    """Accept an integer within bounds."""

    def check(value: str) -> str | None:
        wrong = integer(value)
        if wrong:
            return wrong
        if not least <= int(value) <= most:
            return (
                f"cvc-minInclusive-valid or cvc-maxInclusive-valid: Value '{_cut(value)}' is not between "
                f"'{least}' and '{most}'."
            )
        return None

    return check


def email(value: str) -> str | None:
    """Accept an e-mail address as the schema does: text, an @, and a later dot."""
    return at_most(350)(value) or matching(_EMAIL)(value)


def date_time(value: str) -> str | None:
    """Accept an ISO date and time."""
    text = value.strip(_BLANK)
    if _DATE_TIME.fullmatch(text):
        try:
            datetime.fromisoformat(text[:10])
        except ValueError:
            pass
        else:
            return None
    return f"cvc-datatype-valid.1.2.1: '{_cut(value)}' is not a valid value for 'dateTime'."


def uri(value: str) -> str | None:
    """Accept a URI or a part of one; characters that only need escaping are accepted."""
    text = " ".join(value.split())
    if not _URI.fullmatch(_ESCAPED_BY_READERS.sub("_", text)):
        return f"cvc-datatype-valid.1.2.1: '{_cut(value)}' is not a valid value for 'anyURI'."
    return None

"""A mail to a person: its words, and the HTML page that says the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString

_ADDRESS: Final = re.compile(r"https?://\S+")
_WHOLE: Final = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX]|Auto-Update|[Ee]-[Mm]ails?)\b")
"""What no line ends inside of: browsers break words at hyphens."""
ROW: Final = "• "
"""Begins each line of a list: a title, an identifier and a date."""
_FACTS: Final = 2


@dataclass(frozen=True, slots=True)
class Mail:
    """Recipient, subject and text of a mail, in the language that is active.

    An address that is alone in its paragraph becomes a button of the HTML page, with the words ``button``.
    ``unsubscribe`` is the address that ends mails of this kind, for mails that a person asked for.
    """

    to: str
    subject: str
    text: str
    button: str = ""
    unsubscribe: str = ""
    language: str = ""

    def __repr__(self) -> str:
        """Hide the content, because this may end up in a log."""
        return "Mail(...)"


def html_of(mail: Mail) -> str:
    """Return the HTML page of a mail."""
    context = {
        "mail": mail,
        "blocks": list(_blocks(mail.text)),
        "site": settings.ENVIRONMENT.SITE_TITLE,
        "host": settings.ENVIRONMENT.PROFILES_URL.partition("://")[2],
        "is_rtl": translation.get_language_info(mail.language or "en")["bidi"],
    }
    with translation.override(mail.language or settings.LANGUAGE_CODE):
        return render_to_string("mail.html", context)


def _blocks(text: str) -> Iterator[tuple[str, list[Any]]]:
    """Split a text into paragraphs, lists and addresses: pairs of the kind and its lines."""
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = paragraph.split("\n")
        if len(lines) == 1 and _ADDRESS.fullmatch(paragraph):
            yield "button", lines
        elif all(line.startswith(ROW) for line in lines):
            # Each part has a direction of its own: a title may be Arabic, and a DOI never is.
            yield "list", [line.removeprefix(ROW).rsplit(" · ", _FACTS) for line in lines]
        else:
            yield "text", [_with_whole_words(line) for line in lines]


def _with_whole_words(line: str) -> SafeString:
    """Write a line in which no iD and no name is broken."""
    return SafeString(_WHOLE.sub(r'<bdi class="pid">\g<0></bdi>', escape(line)))

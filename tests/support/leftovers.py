"""What is left in English on a page or in a mail of another language."""

import re
from functools import cache
from typing import Final

from dev import messages
from playwright.sync_api import Page

NAMES: Final = re.compile(
    r"DataCite|ORCID|iD\b|DOIs?\b|Globus|Commons|Fabrica|Profiles|Auto-Update|Search & Link|Google|Crossref"
    r"|CSV|JSON|UTC|API|Chromium|Linux|status\.json|claims:read|client_id .*|Löökéd för: .*|localhost"
    r"|Alice(?: Alvarado too?l?)?|Alvarado|(?i:bob)(?: Baptiste| at home)?|Example|University of|Repository"
    r"|Ice cores|Short|service\.example|demo\.repository"
)
"""What is called the same in every language, and what the people and works of the tests are called."""
_ENGLISH: Final = re.compile(
    r"\b(?:the|and|your|this|with|from|that|you|are|of|is|to|by|we|it)\b", re.IGNORECASE
)
"""Words that the other seven languages do not have."""
_PARTS: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%|</?[a-z][^>]*>|&\w+;|\n")
_SEEN: Final = """() => {
    const kept = 'script, style, code, time, bdi, option, textarea, .languages, .initials, [lang]';
    const is_ours = (element) => element.closest(kept) === document.documentElement;
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (is_ours(walker.currentNode.parentElement) && walker.currentNode.parentElement.checkVisibility())
            texts.push(walker.currentNode.textContent.trim().replace(/\\s+/g, ' '));
    const read = ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription'];
    for (const element of document.querySelectorAll('body *')) {
        if (!is_ours(element)) continue;
        for (const { name, value } of element.attributes)
            // Scripts show what such an attribute says; an address has no space, and JSON is for the script.
            if (read.includes(name) || (name.startsWith('data-') && /^[^{].* /.test(value)))
                texts.push(value);
    }
    return texts.filter((text) => text);
}"""


def seen(page: Page) -> list[str]:
    """Return each text that a page shows, reads out, or keeps for its scripts."""
    return list(page.evaluate(_SEEN))


def in_english(texts: list[str], code: str) -> list[str]:
    """Return the texts that have English words, or a sentence of the catalogue as it is in the source."""
    wrong = []
    for text in texts:
        rest = NAMES.sub("", text)
        if re.search(r"10\.\d{4,}|https?:|@", rest):
            rest = re.sub(r"\S*(?:10\.\d{4,}|https?:|@)\S*", "", rest)
        if _ENGLISH.search(rest) or text in _whole(code) or any(part in text for part in _pieces(code)):
            wrong.append(text[:100])
    return wrong


@cache
def _whole(code: str) -> frozenset[str]:
    """Return the English texts that are called otherwise in this language."""
    catalog = messages.read(messages.file_of(code))
    return frozenset(m.id for m in catalog if isinstance(m.id, str) and m.id and m.id != m.string)


@cache
def _pieces(code: str) -> tuple[str, ...]:
    """Return what is fixed in the English texts, of three words or more, and in none of this language."""
    english, own = set(), []
    for message in messages.read(messages.file_of(code)):
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            english |= {piece.strip() for form in forms for piece in _PARTS.split(form)}
            own.append(" ".join(message.string) if isinstance(message.string, tuple) else str(message.string))
    whole = "\n".join(own)
    return tuple(piece for piece in english if piece.count(" ") > 1 and piece not in whole)

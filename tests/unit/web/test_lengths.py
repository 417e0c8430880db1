"""Each text fits the component that shows it, in every language."""

import re
import unicodedata
from typing import Final

import pytest
from dev import messages

from profiles.infra.web.languages import LANGUAGES
from profiles.web.views.works.find_lists import SORTS, TABS
from profiles.web.views.works.works_query import ORDERS
from profiles.web.wording import REMOVING, STATES
from profiles.web.wording_types import ROLES, TYPES

CODES = [code for code, _name in LANGUAGES[1:]]
PAGES: Final = [
    path
    for path in messages.PACKAGE.rglob("*.html")
    if not re.search(r"/(staff|api)/|/staff_|style\.html", str(path))
]
TEXT: Final = re.compile(
    r'{%\s*translate\s+"((?:[^"\\]|\\.)*)"|{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate', re.DOTALL
)
COMPONENTS: Final = {
    # Two lines at 320 pixels.
    "button": (r'<(?:button|a)\b[^>]*class="(?:[^"]* )?button\b[^"]*"[^>]*>(.*?)</(?:button|a)>', 58),
    "button like a link": (r'<button\b[^>]*class="link"[^>]*>(.*?)</button>', 46),
    # One of four at the lower edge of a phone, in one line or two.
    "place": (r'<nav class="places"[^>]*>(.*?)</nav>', 20),
    "entry of the side list": (r'<ul class="plain side-list">(.*?)</ul>', 32),
    "entry of the account menu": (r'<div class="menu-panel">(.*?)</div>', 32),
    "head of a column": (r"<th\b[^>]*>(.*?)</th>", 26),
    "name of a fact": (r"<dt\b[^>]*>(.*?)</dt>", 60),
    "title of the window": (r"{% block title %}(.*?){% endblock %}", 60),
    "first heading": (r"<h1\b[^>]*>(.*?)</h1>", 60),
    "heading": (r"<h2\b[^>]*>(.*?)</h2>", 76),
    "pill": (r'<span class="pill[^"]*">(.*?)</span>', 24),
    "fold": (r"<summary[^>]*>(.*?)</summary>", 70),
    "placeholder": (r'placeholder="({% translate.*?%})"', 20),
    "choice of a list": (r"<option\b[^>]*>(.*?)</option>", 20),
}
"""Where texts are in the templates, and how many columns are read whole there; Chinese signs have two."""
OF_CODE: Final = {
    "state of a work": ([*STATES.values(), *REMOVING.values()], 40),
    "tab of Find works": (TABS.values(), 24),
    "order of a list": ([*SORTS.values(), *ORDERS.values()], 28),
    "type of work": (TYPES.values(), 34),
    "role": (ROLES.values(), 34),
    # Mailboxes show some seventy columns.
    "subject of a mail": (
        [
            "Please confirm your e-mail address",
            "DataCite needs your permission again",
            "Your account is closed",
            "Your first work is on your ORCID record",
            "%(n)d work arrived on your ORCID record",
            "%(n)d work waits for your answer",
            "A new way to sign in to your account",
            "A second step was added to your account",
            "A second step was removed from your account",
            "New recovery codes for your account",
        ],
        70,
    ),
    # ORCID advises 25 characters.
    "subject in ORCID's inbox": (["Permission needed again"], 25),
}
"""The same for texts that come from the code."""


def columns(text: str) -> int:
    """Return how wide a text is, in columns of Latin letters; a number that is filled in has two."""
    text = re.sub(r"%\(\w+\)[sd]|</?[a-z][^>]*>", "00", text)
    signs = [sign for sign in text if not unicodedata.combining(sign)]
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in signs)


def texts_of(component: str) -> set[str]:
    """Return the English texts that the templates show in a component."""
    place, _limit = COMPONENTS[component]
    found = set()
    for page in PAGES:
        for part in re.findall(place, page.read_text(), re.DOTALL):
            for alone, block in TEXT.findall(part):
                forms = [alone] if alone else re.split(r"{%\s*plural\s*%}", block)
                found |= {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", form.replace('\\"', '"')) for form in forms}
    return found


def too_long(texts: set[str], limit: int) -> list[tuple[str, str, int]]:
    """Return the translations that are longer: language, text, and columns."""
    wrong = []
    for code in CODES:
        for message in messages.read(messages.file_of(code)):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            if message.id and texts & set(ids):
                forms = message.string if isinstance(message.string, tuple) else (message.string,)
                wrong += [(code, form, columns(form)) for form in forms if columns(form) > limit]
    return wrong


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_text_fits_its_component_in_every_language(component):
    texts, (_place, limit) = texts_of(component), COMPONENTS[component]

    assert texts, "the component has texts"
    assert [text for text in texts if columns(text) > limit] == []
    wrong = too_long(texts, limit)
    assert not wrong, wrong


@pytest.mark.parametrize("component", OF_CODE)
def test_each_text_of_the_code_fits_its_place_in_every_language(component):
    texts, limit = {str(text) for text in OF_CODE[component][0]}, OF_CODE[component][1]
    catalogue = messages.read(messages.file_of(CODES[0]))
    known = {form for m in catalogue for form in (m.id if isinstance(m.id, tuple) else (m.id,))}

    assert texts - known == set()
    wrong = too_long(texts, limit)
    assert not wrong, wrong

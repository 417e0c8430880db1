"""In a language with long words, from right to left: nothing is cut off, and nothing is left in English."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests.e2e.test_every_page import open_state
from tests.support import pseudo_language
from tests.support.accessibility import outside
from tests.support.every_page import GROUPS

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "mailbox"),
]
IN_ENGLISH = {"/api/docs", "/style"}
NAME = "Alice Alvarado"
NAMES = re.compile(
    r"DataCite|ORCID|iD\b|DOIs?\b|Globus|Commons|Fabrica|Profiles|Auto-Update|Search & Link|Google|Crossref"
    r"|CSV|JSON|UTC|API|Alice|Alvarado|Example|Repository|Chromium|Linux|status\.json|claims:read"
    r"|client_id .*|Löökéd för: .*"
)
"""What is called the same in every language, and what the people of the walk are called."""
SEEN = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const kept = 'script, style, code, time, bdi, option, textarea, .languages, .initials, [lang]';
        if (parent.closest(kept) !== document.documentElement)
            continue;
        if (parent.checkVisibility()) texts.push(walker.currentNode.textContent.trim());
    }
    return texts;
}"""


@pytest.fixture
def pseudo(tmp_path, settings):
    pseudo_language.write_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


def in_english(page: Page) -> list[str]:
    """Return the texts with words that do not come from the catalogue: there, each vowel has an accent."""
    found = []
    for text in page.evaluate(SEEN):
        rest = NAMES.sub("", text)
        if re.search(r"\b[A-Za-z]*[aeiou][A-Za-z]+\b", rest) and not re.search(r"10\.\d{4,}|@|https?:", rest):
            found.append(text[:100])
    return found


@pytest.mark.parametrize("group", ["anyone", "researcher"])
def test_every_page_is_translated_whole_and_fits_a_phone_from_right_to_left(
    page: Page, live_server, stands, pseudo, group
):
    states = [state for state in GROUPS[group](NAME, stands) if not state.body]
    page.set_viewport_size({"width": 320, "height": 640})
    base, wrong = live_server.url, []
    for state in states:
        join = "&" if "?" in state.path else "?"
        open_state(page, base, replace(state, path=f"{state.path}{join}lang={pseudo_language.CODE}"))
        assert page.locator("html").get_attribute("dir") == "rtl"
        wrong += [f"{state.path}: {one}" for one in outside(page)]
        if state.path not in IN_ENGLISH:
            wrong += [f"{state.path}: in English: {one}" for one in in_english(page)]

    assert wrong == []

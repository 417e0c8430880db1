"""In a language with long words, from right to left: nothing is cut off, and nothing is left in English."""

import os
import re

import pytest
from playwright.sync_api import Page

from tests.e2e.test_every_page import in_language, open_state
from tests.support import pseudo_language
from tests.support.accessibility import outside
from tests.support.every_page import GROUPS
from tests.support.leftovers import NAMES, seen

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "mailbox"),
]
IN_ENGLISH = {"/api/docs", "/style"}
NAME = "Alice Alvarado"
WHOLE_WALK = os.environ.get("PROFILES_LANGUAGES") == "all"
WALKED = ["anyone", "researcher", *(["signing-in", "newcomer", "services", "mails"] if WHOLE_WALK else [])]
"""Groups of pages; ``make proof pseudo-language`` opens all but those of staff, which are in English."""


@pytest.fixture
def pseudo(tmp_path, settings):
    pseudo_language.write_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    # What a form answers, and what is drawn without a request, is in this language too.
    settings.LANGUAGE_CODE = pseudo_language.CODE


def without_accents(page: Page) -> list[str]:
    """Return the texts with words that do not come from the catalogue: there, each vowel has an accent."""
    found = []
    for text in seen(page):
        rest = NAMES.sub("", text)
        if re.search(r"\b[A-Za-z]*[aeiou][A-Za-z]+\b", rest) and not re.search(r"10\.\d{4,}|@|https?:", rest):
            found.append(text[:100])
    return found


@pytest.mark.parametrize("group", WALKED)
def test_every_page_is_translated_whole_and_fits_a_phone_from_right_to_left(
    page: Page, live_server, stands, pseudo, group
):
    states = GROUPS[group](NAME, stands)
    page.set_viewport_size({"width": 320, "height": 640})
    base, wrong = live_server.url, []
    for state in states:
        open_state(page, base, in_language(state, pseudo_language.CODE))
        assert page.locator("html").get_attribute("dir") == "rtl", state.path
        wrong += [f"{state.path}: {one}" for one in outside(page)]
        if state.path not in IN_ENGLISH:
            wrong += [f"{state.path}: in English: {one}" for one in without_accents(page)]

    assert not wrong, "\n".join(wrong)

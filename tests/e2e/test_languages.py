"""In a language with long words, from right to left: nothing is cut off, and nothing is left in English."""

import re

import pytest
from playwright.sync_api import Page

from profiles.claims import services
from profiles.domain.claim import ClaimEvent
from tests.e2e.steps import ALICE, be_signed_in
from tests.e2e.test_access import OPEN, OWN
from tests.support import pseudo_language
from tests.support.accessibility import outside
from tests.support.claims import waiting_claim

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
IN_ENGLISH = {"/api/docs", "/style"}
NAMES = re.compile(
    r"DataCite|ORCID|iD\b|DOIs?\b|Globus|Commons|Fabrica|Profiles|Auto-Update|Alice|Alvarado|CSV|JSON|UTC|API|MIT|"
    r"Search & Link|Google"
)
"""What is called the same in every language, and the person of the story."""
SEEN = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest('script, style, code, time, bdi, .languages, .initials')) continue;
        if (parent.checkVisibility()) texts.push(walker.currentNode.textContent.trim());
    }
    return texts;
}"""


@pytest.fixture
def pseudo(tmp_path, settings):
    pseudo_language.write_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


def in_english(page: Page) -> list[str]:
    """Return the texts of the page that do not come from the catalogue."""
    found = []
    for text in page.evaluate(SEEN):
        rest = text
        while rest != (without := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)):
            rest = without
        rest = NAMES.sub("", rest)
        if re.search(r"[A-Za-z]{2,}", rest) and not re.search(r"[\[(]?10\.\d{4,}/|@|https?:", rest):
            found.append(text[:100])
    return found


def test_every_page_is_translated_whole_and_fits_a_phone_from_right_to_left(
    page: Page, context, live_server, pseudo
):
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado", language=pseudo_language.CODE)
    claims = [waiting_claim(ALICE, "10.5072/one"), waiting_claim(ALICE, "10.5072/failed")]
    services.move(claim_id=claims[1].pk, event=ClaimEvent.FAIL, problem="consent-missing")
    page.set_viewport_size({"width": 320, "height": 640})
    context.add_cookies([{"name": "django_language", "value": pseudo_language.CODE, "url": live_server.url}])

    wrong = []
    for path in [*OPEN, *OWN, *(f"/works/{claim.uuid}" for claim in claims)]:
        page.goto(live_server.url + path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        wrong += [f"{path}: {one}" for one in outside(page)]
        if path not in IN_ENGLISH:
            wrong += [f"{path}: in English: {one}" for one in in_english(page)]

    assert wrong == []

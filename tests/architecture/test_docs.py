import re

import pytest
from dev.write_docs import PAGES, stale

from tests.support.shared import ROOT

PAGES_OF_PEOPLE = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_pages_that_are_made_from_the_code_are_up_to_date():
    assert PAGES
    assert stale() == []


@pytest.mark.parametrize("page", PAGES_OF_PEOPLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []

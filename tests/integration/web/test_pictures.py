"""Pictures on pages: each is drawn for wide pages and for phones, and says in words what it shows."""

import re

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from tests.integration.intake.test_past_works import on_record
from tests.support.pushing import ALICE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def page_of_work(client, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    claim = Claim.objects.get()

    def read(language: str = "en") -> str:
        return client.get(reverse("work", args=[claim.uuid]), {"lang": language}).content.decode()

    return read


def test_the_last_way_of_a_work_is_drawn_with_its_delay_in_words(page_of_work):
    page = page_of_work()

    assert re.search(r"From “Asked for” to “On the record”: \d+\.\d s\.", page)
    assert page.count('class="trail drawn-') == 2
    for words in ("Asked for", "Sent to ORCID", "On the record"):
        assert page.count(f">{words}</text>") == 2


def test_the_way_runs_from_the_right_where_the_script_does(page_of_work):
    def begins_and_ends(page: str) -> tuple[float, float]:
        wide = page.partition('class="trail drawn-wide"')[2].partition("</svg>")[0]
        first, last = re.findall(r'cx="([\d.]+)"', wide)[0], re.findall(r"translate\(([\d.]+)", wide)[0]
        return float(first), float(last)

    first, last = begins_and_ends(page_of_work())
    first_of_arabic, last_of_arabic = begins_and_ends(page_of_work("ar"))

    assert first < last
    assert first_of_arabic > last_of_arabic

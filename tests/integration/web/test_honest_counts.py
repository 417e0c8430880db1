"""Counts of found works say what can be done with them, and what was refused is named with its reason."""

import html

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from tests.support.claims import waiting_claim
from tests.support.finding import look_up_all, paste
from tests.support.pushing import ALICE, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid)
    Account.objects.update(name="Alice Alvarado")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def read(client, name, **query) -> str:
    return html.unescape(client.get(reverse(name), query).content.decode())


def added(*dois):
    for doi in dois:
        waiting_claim(ALICE, doi)
    run_lanes()


def test_of_many_works_it_is_said_how_many_can_be_added(alice, datacite):
    dois = [f"10.5072/w{number}" for number in range(27)]
    for doi in dois:
        registered(datacite, doi)
    added(*dois[:24])
    waiting_claim(ALICE, dois[24])

    page = read(alice, "find", by="id")

    assert "page 1 of 2" in page
    assert "27 works name you, 2 can be added" in page
    assert "27 works name you, 2 can be added" in read(alice, "find", by="id", page="2")


def test_on_one_page_each_work_is_counted_as_it_is_shown(alice, datacite):
    for doi in ("10.5072/there", "10.5072/on-its-way", "10.5072/free"):
        registered(datacite, doi)
    added("10.5072/there")
    waiting_claim(ALICE, "10.5072/on-its-way")

    assert "3 works name you, 1 can be added" in read(alice, "find", by="id")
    assert "3 works, 1 can be added" in read(alice, "find", by="words", text="Ice cores")


def test_of_a_long_search_only_this_page_is_counted(alice, datacite):
    dois = [f"10.5072/w{number}" for number in range(26)]
    for doi in dois:
        registered(datacite, doi)
    added(*dois)

    page = read(alice, "find", by="words", text="Ice cores")

    assert "26 works</strong> · page 1 of 2 · 0 on this page can be added" in page


def test_where_all_that_was_chosen_is_refused_that_is_said_and_not_that_nothing_was_chosen(alice, datacite):
    text = "10.5072/unknown-one 10.5072/unknown-two"
    paste(alice, text)
    look_up_all()

    answer = alice.post(reverse("find"), {"do": "add", "by": "list"}, follow=True)
    page = html.unescape(answer.content.decode())

    assert "None of these 2 DOIs can be added. See below why." in page
    assert "Nothing is chosen yet" not in page
    assert "Tick the works that are yours." not in page
    for doi in text.split():
        assert doi in page
    assert page.count("Cannot be added</span>") == 2

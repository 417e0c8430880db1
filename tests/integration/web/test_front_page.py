"""The landing page says what the service does, with true figures; a page that is not there leads on."""

import re

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.pipeline.figures import WORTH_SHOWING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def enrolled(count, *, start=0):
    numbers = range(start, start + count)
    accounts = [Account(orcid_id=f"0009-0001-0000-{n:03}X", auto_update_since=clock.now()) for n in numbers]
    Account.objects.bulk_create(accounts)


def test_the_landing_page_says_what_it_does_who_is_behind_it_and_where_help_is(client):
    page = text_of(client.get("/"))

    assert "Whenever a repository registers a DOI that names your ORCID iD" in page
    assert "What you allow, and what you do not" in page
    assert "Who is behind it" in page
    assert "Why is a work there, or not?" in page
    assert "Ask us:" in page


def test_a_figure_is_shown_once_it_says_something_and_is_counted_once_a_day(client):
    enrolled(WORTH_SHOWING - 1)
    too_few = text_of(client.get("/"))
    enrolled(1, start=WORTH_SHOWING)
    same_day = text_of(client.get("/"))

    assert "In figures" not in too_few
    assert "In figures" not in same_day


def test_a_figure_has_the_day_on_which_it_was_counted(client):
    enrolled(WORTH_SHOWING)

    page = text_of(client.get("/"))

    assert f"{WORTH_SHOWING} researchers have switched Auto-Update on" in page
    assert "Counted on" in page
    assert "works added in the last 30 days" not in page


def test_an_address_without_a_page_leads_on_by_a_search(client):
    answer = client.get("/nowhere")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no page at this address" in page
    assert f'<form action="{reverse("find")}"' in page
    assert 'name="text"' in page

"""A service asks for the e-mail address, and the person has confirmed none yet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from tests.e2e.service import NAME, Service, registering
from tests.e2e.steps import choose_at_globus
from tests.support.jobs import run_jobs

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "stands"),
]
BOB, EMAIL = "0009-0001-0000-0022", "bob@univ.example"
QUESTION = f"Which e-mail address may {NAME} know?"


@pytest.fixture
def service(live_server) -> Iterator[Service]:
    with registering(live_server.url) as register:
        yield register()


def arrive(page: Page, service: Service) -> None:
    page.goto(service.address())
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person=EMAIL)


def test_what_globus_says_is_filled_in_confirmed_by_mail_and_passed_on(page: Page, service, mailbox):
    arrive(page, service)
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_text(f"We sent a link to {EMAIL}")).to_be_visible()
    assert not Account.objects.get(orcid_id=BOB).email

    run_jobs()
    page.goto(mailbox.links()[-1])
    page.get_by_role("button", name="Yes, confirm").click()

    expect(page.get_by_text(f"See your e-mail address: {EMAIL}")).to_be_visible()
    page.get_by_role("button", name="Allow and go on").click()
    assert service.learns(page)["email"] == EMAIL


def test_a_person_goes_on_without_and_is_not_asked_again(page: Page, service):
    arrive(page, service)
    page.get_by_role("button", name="Go on without").click()

    expect(page.get_by_text("See your e-mail address: you have confirmed none")).to_be_visible()
    page.get_by_role("button", name="Allow and go on").click()
    assert "email" not in service.learns(page)

    page.goto(service.address())
    assert service.answer(page)["code"]

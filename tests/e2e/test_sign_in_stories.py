"""How people come in, in a real browser: each way, each surprise on the way, and how they go on."""

import re

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from tests.e2e.steps import ALICE, choose_at_globus, link_orcid, sign_in_at_orcid, sign_in_with_globus

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BOB = "0009-0001-0000-0022"
CHARLIE = "0009-0001-0000-0030"
JOERG = "0009-0001-0000-009X"


def sign_in_with_orcid(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/sign_in")
    page.get_by_role("button", name="Sign in with ORCID").click()
    sign_in_at_orcid(page, name)


def sign_out(page: Page) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()


def expect_signed_in(page: Page, orcid_id: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^(Welcome|Settings)"))
    expect(page.locator("main").get_by_text(orcid_id).first).to_be_visible()


def test_an_institution_without_orcid_linked(page, live_server, stands):
    sign_in_with_globus(page, live_server.url)
    expect(page.get_by_text("An ORCID iD is required for all accounts")).to_be_visible()
    page.get_by_role("button", name="Only link").click()
    sign_in_at_orcid(page)

    expect(page.get_by_role("heading", name="Is this you?")).to_be_visible()
    expect(page.get_by_text("alice@univ.example")).to_be_visible()
    expect(page.get_by_text("Alice Alvarado")).to_be_visible()
    assert not Account.objects.exists()
    page.get_by_role("button", name="Yes, this is me").click()

    expect_signed_in(page, ALICE)


def test_google(page, live_server, stands):
    sign_in_with_globus(page, live_server.url, way="Google", person="joerg.gruenefeld@gmail.example")

    expect_signed_in(page, JOERG)


def test_orcid_through_globus(page, live_server, stands):
    sign_in_with_globus(page, live_server.url, way="ORCID", person="Charlie Castellan")

    expect_signed_in(page, CHARLIE)


def test_orcid_direct_and_back_to_the_page_one_came_from(page, live_server, stands):
    page.goto(f"{live_server.url}/works")
    page.get_by_role("button", name="Sign in with ORCID").click()
    sign_in_at_orcid(page)

    expect(page).to_have_url(f"{live_server.url}/works")
    assert Account.objects.get().orcid_id == ALICE


def test_refused_consent(page, live_server, stands):
    page.goto(f"{live_server.url}/sign_in")
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person="bob@univ.example", allow=False)
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("alert")).to_contain_text("You said no")
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    page.get_by_role("button", name="Allow").click()
    expect_signed_in(page, BOB)


def test_a_wrong_orcid_session(page, live_server, stands):
    sign_in_with_orcid(page, live_server.url, "Bob Baptiste")
    sign_out(page)
    # Bob's session at ORCID is still open when Alice comes.
    sign_in_with_globus(page, live_server.url)
    page.get_by_role("button", name="Only link").click()
    expect(page.locator("main").get_by_text(BOB)).to_be_visible()
    page.get_by_role("button", name="No, this is another person").click()

    expect(page.get_by_role("heading", name="Nothing was linked")).to_be_visible()
    expect(page.get_by_role("link", name="Sign out at ORCID")).to_have_attribute(
        "href", f"{stands.orcid.url}/signout"
    )
    page.get_by_role("button", name="Only link").click()
    sign_in_at_orcid(page)
    page.get_by_role("button", name="Yes, this is me").click()

    expect_signed_in(page, ALICE)


def test_a_second_provider_with_the_same_id(page, live_server, stands):
    sign_in_with_orcid(page, live_server.url, "Bob Baptiste")
    expect_signed_in(page, BOB)
    sign_out(page)

    sign_in_with_globus(page, live_server.url, person="bob@univ.example")

    expect_signed_in(page, BOB)
    assert Account.objects.count() == 1
    page.goto(f"{live_server.url}/settings/sign-in-methods")
    expect(page.get_by_role("button", name="Remove bob@univ.example")).to_be_visible()
    expect(page.get_by_role("button", name=f"Remove {BOB}")).to_be_visible()


def test_an_id_of_another_account_recovered_by_proving_both(page, live_server, stands):
    sign_in_with_globus(page, live_server.url)
    link_orcid(page, "Bob Baptiste")
    expect_signed_in(page, BOB)

    page.goto(f"{live_server.url}/settings/sign-in-methods")
    page.get_by_role("button", name="Add ORCID").click()
    sign_in_at_orcid(page)
    expect(page.get_by_role("heading", name="That leads to another account")).to_be_visible()
    page.get_by_role("button", name=f"Move alice@univ.example to the account of {ALICE}").click()
    page.goto(f"{live_server.url}/settings/me")
    expect_signed_in(page, ALICE)
    sign_out(page)

    sign_in_with_globus(page, live_server.url, person="alice@univ.example", known=True)
    expect_signed_in(page, ALICE)


def test_the_menu_names_every_place_of_the_person(page, live_server, stands):
    sign_in_with_orcid(page, live_server.url, "Alice Alvarado")
    menu = page.get_by_role("navigation", name="Account")
    expect(menu.locator("summary .name")).to_have_text("Alice Alvarado")
    menu.locator("summary").click()

    for name, address in {
        "Settings": "/settings/me",
        "My rules": "/settings/rules",
        "Your DOIs in Fabrica": f"/dois?query={ALICE}",
        "Commons page": f"/orcid.org/{ALICE}",
        "ORCID record": f"{stands.orcid.url}/{ALICE}",
    }.items():
        address_of = menu.get_by_role("link", name=name, exact=True).get_attribute("href")
        assert (address_of or "").endswith(address)
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    places = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(places).to_have_text(["Home", "My works", "Find works", "Settings"])

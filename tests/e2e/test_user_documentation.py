"""The user documentation of DataCite Profiles, walked in a browser sentence by sentence: signing in.

The sentences about claims are in ``test_user_documentation_of_claims.py``.
"""

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from tests.e2e.commons import with_commons
from tests.e2e.service import registering
from tests.e2e.steps import (
    ALICE,
    be_signed_in,
    choose_at_globus,
    link_orcid,
    sign_in_at_orcid,
    sign_in_with_globus,
)
from tests.support.pushing import permitted, registered

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "stands"),
]


@pytest.fixture
def base(live_server) -> str:
    return live_server.url


@pytest.fixture
def commons(base, stands, settings) -> str:
    return with_commons(base, stands, settings)


@pytest.fixture
def alice(page, base) -> Page:
    """Alice is signed in; the way in is not what the sentence is about."""
    be_signed_in(page.context, base, ALICE, name="Alice Alvarado", given_names="Alice")
    return page


def test_profiles_is_the_single_sign_on_for_all_personalised_datacite_services(page, base, commons):
    page.goto(commons)
    page.get_by_role("link", name="Sign In").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person="alice@univ.example")
    link_orcid(page)

    page.goto(commons)
    expect(page.locator("summary", has_text="Alice Alvarado")).to_be_visible()
    with registering(base) as service:
        other = service(name="Another service of DataCite", is_first_party=True)
        page.goto(other.address(scope="openid orcid"))
        assert other.learns(page)["orcid"].endswith(ALICE), "signed in there without being asked again"

    page.goto(commons)
    page.locator("summary").click()
    page.get_by_role("link", name="Sign Out").click()
    page.goto(commons)
    expect(page.get_by_role("link", name="Sign In")).to_be_visible()


def test_a_sign_in_button_stands_at_the_top_right_of_every_page(page, base):
    for path in ("/", "/why", "/sign_in", "/no-such-page"):
        page.goto(f"{base}{path}")

        place = page.locator("header").get_by_role("link", name="Sign in", exact=True).bounding_box()

        assert place is not None, path
        assert place["y"] + place["height"] < 120, path
        assert place["x"] > page.viewport_size["width"] / 2, path


def test_only_people_who_are_signed_in_can_interact_with_profiles(page, base):
    for path in ("/settings/me", "/works", "/find", "/works/found"):
        page.goto(f"{base}{path}")

        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with Globus")).to_be_visible()


@pytest.mark.parametrize(
    ("way", "person"),
    [
        ("institution", "alice@univ.example"),
        ("Google", "alice.alvarado@gmail.example"),
        ("ORCID", "0009-0001-0000-0022@orcid.org"),
    ],
)
def test_globus_does_the_authentication_and_there_one_picks_an_institution_google_or_orcid(
    page, base, stands, way, person
):
    page.goto(base)
    page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page.get_by_text("University of Chicago")).to_be_visible()
    page.get_by_role("button", name="Sign in with Globus").click()

    assert page.url.startswith(stands.globus_url)
    expect(page.locator("#organization")).to_be_visible()
    for other in ("Google", "ORCID"):
        expect(page.get_by_role("button", name=f"Sign in with {other}")).to_be_visible()

    choose_at_globus(page, way=way, person=person)
    assert page.url.startswith(base)
    expect(
        page.get_by_role("heading", name="Link your ORCID iD").or_(page.locator("header summary")).first
    ).to_be_visible()


def test_at_the_first_sign_up_one_is_asked_to_link_an_orcid_account(page, base):
    sign_in_with_globus(page, base)

    expect(page.get_by_role("heading", name="Link your ORCID iD")).to_be_visible()
    link_orcid(page)

    assert Account.objects.get().orcid_id == ALICE


def test_signed_in_the_top_right_is_the_menu_with_settings_fabrica_orcid_and_sign_out(
    alice, base, commons, stands, datacite
):
    registered(datacite, "10.5072/mine", title="Mine in Fabrica")

    def choose(name: str) -> None:
        alice.goto(f"{base}/works")
        place = alice.locator("header summary").bounding_box()
        assert place is not None
        assert place["x"] > alice.viewport_size["width"] / 2
        alice.locator("header summary").click()
        alice.locator("header details").get_by_text(name).click()

    choose("Settings")
    expect(alice.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    choose("Your DOIs in Fabrica")
    expect(alice.get_by_text("Mine in Fabrica")).to_be_visible()
    choose("ORCID record")
    assert alice.url == f"{stands.orcid_url}/{ALICE}"
    choose("Sign out")
    expect(alice.locator("header").get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def test_settings_gives_an_overview_of_the_account_and_a_summary_of_the_orcid_claims(alice, base, orcid):
    permitted(orcid)
    account = Account.objects.get()
    account.other_names, account.organisation = ["A. Alvarado"], "University of Example"
    account.email = "alice@univ.example"
    account.save()

    alice.goto(f"{base}/settings/me")

    overview = alice.locator("main")
    for fact in (ALICE, "Alice Alvarado", "A. Alvarado", "University of Example", "alice@univ.example"):
        expect(overview.get_by_text(fact).first).to_be_visible()
    for name in ("Role", "Auto-Update", "ORCID permissions"):
        expect(overview.get_by_text(name).first).to_be_visible()
    for count in ("on your record", "on their way", "not sent", "removed"):
        expect(overview.get_by_role("link", name=count)).to_be_visible()


def test_get_orcid_token_on_settings_leads_to_orcid_to_log_in_and_accept_the_connection(alice, base, stands):
    alice.goto(f"{base}/settings/me")

    alice.get_by_role("button", name="Get ORCID Token: Search & Link").click()
    assert alice.url.startswith(stands.orcid_url)
    sign_in_at_orcid(alice)

    assert alice.url.startswith(base)
    expect(alice.get_by_text("DataCite can now add the works you choose")).to_be_visible()


def test_questions_requests_and_ideas_are_welcome_by_the_contact_on_every_page(page, base):
    for path in ("/", "/why", "/no-such-page"):
        page.goto(f"{base}{path}")
        contact = page.locator("footer").get_by_role("link", name="support@datacite.org")
        expect(contact).to_have_attribute("href", "mailto:support@datacite.org")

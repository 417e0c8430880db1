"""From another site, or from ORCID's own wizard, somebody new comes to add works, and goes back: one flow."""

from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from profiles.consents.models import Consent
from profiles.domain.consent import SCOPES
from tests.e2e.steps import (
    ALICE,
    authorize_if_asked,
    be_signed_in,
    choose_at_globus,
    link_orcid,
    sign_in_at_orcid,
)
from tests.support.neighbour import neighbour
from tests.support.pushing import permitted, registered, run_lanes, works_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def base(live_server, datacite):
    """Our address, while DataCite knows one work of Alice's."""
    registered(datacite, "10.5072/one")
    return live_server.url


@pytest.fixture
def site(base, settings):
    """A site that the deployment allows people to be sent back to."""
    with neighbour(base) as url:
        hosts = {"PROFILES_RETURN_HOSTS": [urlsplit(url).netloc]}
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=hosts)
        yield url


@pytest.fixture
def passed(page, base):
    """The pages of ours that the browser came through."""
    seen = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.removeprefix(base)))
    return seen


def choose_and_add(page: Page) -> None:
    page.get_by_label("Ice cores").check()
    expect(page.locator("#find-bar")).to_contain_text("1 work chosen")
    page.get_by_role("button", name="to ORCID").click()
    expect(page.locator("#added")).to_contain_text("1 is on its way")
    run_lanes()
    expect(page.locator("#added")).to_contain_text("1 work is on your ORCID record.")


def test_a_person_unknown_comes_from_a_site_adds_a_work_and_goes_back(page, site, orcid, passed):
    page.goto(f"{site}/works/7?tab=claims")
    page.get_by_role("link", name="Add my works").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person="alice@univ.example")
    link_orcid(page)
    expect(page.get_by_role("heading", name="Find works")).to_be_visible()
    page.get_by_role("button", name="Allow at ORCID").click()
    page.get_by_role("button", name="Authorize access").click()
    expect(page.get_by_role("heading", name="Find works")).to_be_visible()
    expect(page.get_by_role("button", name="Allow at ORCID")).to_have_count(0)
    choose_and_add(page)

    page.get_by_role("link", name="Back to 127.0.0.1").last.click()

    expect(page).to_have_url(f"{site}/works/7?tab=claims")
    assert not [url for url in passed if url.startswith("/settings")]
    assert len(works_of(orcid)) == 1


def test_the_direct_way_by_orcid_is_one_flow_as_well(page, site, orcid, passed):
    page.goto(f"{site}/works/7")
    page.get_by_role("link", name="Add my works").click()
    page.get_by_role("button", name="Sign in with ORCID").click()
    sign_in_at_orcid(page)
    page.get_by_role("button", name="Allow at ORCID").click()
    page.get_by_role("button", name="Authorize access").click()
    choose_and_add(page)
    page.get_by_role("link", name="Back to 127.0.0.1").last.click()

    expect(page).to_have_url(f"{site}/works/7")
    assert not [url for url in passed if url.startswith("/settings")]


def test_whom_orcids_wizard_sends_finds_works_and_goes_back_to_orcid(page, base, orcid, settings, passed):
    env = settings.ENVIRONMENT
    wizard = {
        "client_id": env.ORCID_SEARCH_AND_LINK_CLIENT_ID,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "redirect_uri": f"{base}/orcid/search_and_link/callback",
    }
    orcid.order(
        "clients",
        {
            "client_id": env.ORCID_SEARCH_AND_LINK_CLIENT_ID,
            "client_secret": env.ORCID_SEARCH_AND_LINK_CLIENT_SECRET,
            "name": "DataCite Search & Link",
            "redirect_uris": [f"{base}/"],
        },
    )

    page.goto(f"{env.ORCID_URL}/oauth/authorize?{urlencode(wizard)}")
    sign_in_at_orcid(page)
    expect(page.get_by_role("heading", name="Welcome from ORCID")).to_be_visible()
    assert not Consent.objects.exists()
    page.get_by_role("button", name="Go on").click()
    authorize_if_asked(page, page.get_by_role("button", name="Sign in with ORCID"))
    page.get_by_role("button", name="Get ORCID Token").click()
    page.get_by_role("button", name="Authorize access").click()
    expect(page.get_by_role("heading", name="Find works")).to_be_visible()
    choose_and_add(page)
    page.get_by_role("link", name="Back to").last.click()

    expect(page).to_have_url(f"{env.ORCID_URL}/{ALICE}")
    assert not [url for url in passed if url.startswith("/settings")]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "https://commons.datacite.org.evil.example/",
        "https://127.0.0.1@evil.example/",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_no_one_is_led_to_a_site_that_is_not_allowed(page, base, site, orcid, target):
    permitted(orcid)
    be_signed_in(page.context, base, ALICE, name="Alice Alvarado")

    page.goto(f"{base}/find?{urlencode({'return_to': target})}")
    expect(page.get_by_label("Ice cores")).to_be_visible()

    expect(page.get_by_role("link", name="Back to")).to_have_count(0)
    links = page.eval_on_selector_all("a", "all => all.map(one => `${one.protocol}//${one.hostname}`)")
    assert not [link for link in links if "evil" in link or "javascript" in link]

"""Which account, when there may be two: each question has a page that leads on."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.service import NAME, Service, registering
from tests.e2e.steps import ALICE, be_signed_in, choose_at_globus

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BOB, BOB_LOGIN = "0009-0001-0000-0022", "bob@univ.example"


@pytest.fixture
def register(live_server, stands) -> Iterator[Callable[..., Service]]:
    with registering(live_server.url) as register:
        yield register


@pytest.fixture
def service(register) -> Service:
    return register(scopes=["openid", "profile"])


@pytest.fixture
def alice(context, live_server) -> None:
    """Alice is signed in in this browser."""
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")


def be_bob(page: Page) -> None:
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person=BOB_LOGIN)


def expect_consent_of(page: Page, orcid_id: str) -> None:
    expect(page.get_by_text(f"({orcid_id})")).to_be_visible()
    page.get_by_role("button", name="Allow and go on").click()


@pytest.mark.usefixtures("alice")
def test_a_service_that_lets_people_choose_takes_the_one_who_is_there(page: Page, service):
    page.goto(service.address(prompt="select_account"))
    page.get_by_role("link", name="Go on as Alice Alvarado").click()
    expect_consent_of(page, ALICE)

    assert service.learns(page)["name"] == "Alice Alvarado"


@pytest.mark.usefixtures("alice")
def test_a_service_that_lets_people_choose_takes_another_one(page: Page, service):
    page.goto(service.address(prompt="select_account"))
    be_bob(page)
    expect_consent_of(page, BOB)

    assert service.learns(page)["preferred_username"] == BOB


@pytest.mark.usefixtures("alice")
def test_a_service_that_expects_another_person_gets_that_person(page: Page, service):
    page.goto(service.address(login_hint=BOB))
    expect(page.get_by_text("You are signed in here as Alice Alvarado")).to_be_visible()
    be_bob(page)
    expect_consent_of(page, BOB)

    assert service.answer(page)["code"]


@pytest.mark.usefixtures("alice")
def test_an_id_token_of_another_person_leads_to_them_or_back_with_the_standard_error(page: Page, service):
    page.goto(service.address())
    page.get_by_role("link", name="Sign in as another person").click()
    be_bob(page)
    page.get_by_role("button", name="Allow and go on").click()
    bobs = service.tokens(page)["id_token"]
    page.goto(f"{service.base}/sign_out")
    page.get_by_role("button", name="Sign out").last.click()
    be_signed_in(page.context, service.base, ALICE, name="Alice Alvarado")

    page.goto(service.address(id_token_hint=bobs))
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person=BOB_LOGIN, allow=False)
    assert service.answer(page)["code"]

    be_signed_in(page.context, service.base, ALICE, name="Alice Alvarado")
    page.goto(service.address(id_token_hint=bobs, prompt="none"))
    assert service.answer(page)["error"] == "login_required"


@pytest.mark.usefixtures("alice")
def test_not_you_on_the_consent_page_leads_to_another_person(page: Page, service):
    page.goto(service.address())
    expect(page.get_by_text("You are signed in as Alice Alvarado")).to_be_visible()
    page.get_by_role("link", name="Sign in as another person").click()
    be_bob(page)
    expect_consent_of(page, BOB)

    assert service.learns(page)["preferred_username"] == BOB


def test_two_tabs_at_two_services_both_arrive(page: Page, context: BrowserContext, register):
    first, second = (
        register("First service", scopes=["openid"]),
        register("Second service", scopes=["openid"]),
    )
    other = context.new_page()
    page.goto(first.address())
    other.goto(second.address())
    expect(other.get_by_text("to go on to Second service")).to_be_visible()
    be_bob(page)
    other.get_by_role("button", name="Sign in with Globus").click()

    for tab, service in ((page, first), (other, second)):
        tab.get_by_role("button", name="Allow and go on").click()
        assert service.answer(tab)["code"]


def test_on_a_shared_computer_signing_out_offers_globus_and_orcid(page: Page, live_server, stands):
    page.goto(f"{live_server.url}/sign_in")
    be_bob(page)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    orcid = page.get_by_role("link", name="Sign out at ORCID")
    expect(orcid).to_have_attribute("href", f"{stands.orcid.url}/signout")
    page.get_by_role("link", name="Sign out at Globus").click()
    page.get_by_role("link", name="DataCite Profiles").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_by_configuration_signing_out_signs_out_at_globus_too(page: Page, live_server, stands, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_SIGN_OUT_AT_GLOBUS": True})
    page.goto(f"{live_server.url}/sign_in")
    be_bob(page)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("link", name="DataCite Profiles").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{live_server.url}/sign_in")
    page.get_by_role("button", name="Sign in with Globus").click()
    expect(page.locator("#organization")).to_be_visible()


def test_back_into_a_finished_sign_in_leads_to_the_service(page: Page, service):
    page.goto(service.address())
    be_bob(page)
    page.get_by_role("button", name="Allow and go on").click()
    service.answer(page)
    page.go_back()
    page.reload()

    expect(page.get_by_text(f"You have signed in to {NAME} already")).to_be_visible()
    page.get_by_role("link", name=f"Go to {NAME}").click()
    expect(page.get_by_text("You are back at the service")).to_be_visible()

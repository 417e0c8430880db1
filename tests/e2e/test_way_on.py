"""A sign-in that is stopped at Globus, or here, never loses the service that the person was on the way to."""

import re
from collections.abc import Iterator

import pytest
import requests
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from profiles.infra import rate_limit
from profiles.infra.models import Tries
from profiles.sign_in.session.session_store import SessionStore
from profiles.sso import limits
from tests.e2e.service import NAME, Service, registering
from tests.e2e.steps import choose_at_globus

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BOB = "bob@univ.example"
BACK = f"Go back to {NAME}"


@pytest.fixture
def service(live_server, stands) -> Iterator[Service]:
    with registering(live_server.url) as register:
        yield register(scopes=["openid", "profile"])


def to_globus(page: Page, service: Service) -> None:
    page.goto(service.address())
    expect(page.get_by_text(f"to go on to {NAME}")).to_be_visible()
    page.get_by_role("button", name="Sign in with Globus").click()


def agree(page: Page) -> None:
    page.get_by_role("button", name="Allow and go on").click()


def deny_at_globus(page: Page) -> None:
    choose_at_globus(page, way="institution", person=BOB, allow=False)
    page.get_by_role("button", name="Deny").click()


def test_a_person_who_denies_at_globus_starts_again_and_arrives(page: Page, service):
    to_globus(page, service)
    deny_at_globus(page)
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    page.get_by_role("button", name="Allow").click()
    agree(page)

    assert service.answer(page)["code"]


def test_a_person_who_denies_at_globus_goes_back_to_the_service_with_the_standard_error(page: Page, service):
    to_globus(page, service)
    deny_at_globus(page)
    page.get_by_role("link", name=BACK).click()

    answer = service.answer(page)
    assert (answer["error"], answer["state"]) == ("access_denied", "some-state")


def test_a_person_who_cancels_on_our_page_goes_back_with_the_standard_error(page: Page, service):
    page.goto(service.address())
    page.get_by_role("link", name=BACK).click()

    assert service.answer(page)["error"] == "access_denied"


def test_a_globus_that_is_away_stops_no_one_on_the_way_to_a_service(page: Page, service, stands):
    to_globus(page, service)
    choose_at_globus(page, way="institution", person=BOB, allow=False)
    stands.globus.fail_next(count=None, status=503, path="/v2/oauth2/token")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("does not answer at the moment")).to_be_visible()
    stands.globus.heal()
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    agree(page)

    assert service.answer(page)["code"]


def test_an_answer_of_globus_that_comes_too_late_leads_on(page: Page, service, stands):
    to_globus(page, service)
    choose_at_globus(page, way="institution", person=BOB, allow=False)
    age_attempts(601)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("took longer than ten minutes")).to_be_visible()
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    agree(page)

    assert service.answer(page)["code"]


def age_attempts(seconds: int) -> None:
    """Let the attempts of the only browser be older."""
    row = Session.objects.get()
    data = SessionStore().decode(row.session_data)
    for attempt in data["sign_in_attempts"].values():
        attempt["began"] -= seconds
    Session.objects.update(session_data=SessionStore().encode(data))


def test_a_callback_that_is_loaded_twice_leads_to_the_service(page: Page, service):
    callbacks: list[str] = []
    page.on("request", lambda request: callbacks.append(request.url) if "/callback?" in request.url else None)
    to_globus(page, service)
    choose_at_globus(page, way="institution", person=BOB)
    expect(page.get_by_role("button", name="Allow and go on")).to_be_visible()
    page.goto(callbacks[0])
    agree(page)

    assert service.answer(page)["code"]


def test_a_sixth_tab_does_not_break_the_first(page: Page, service):
    to_globus(page, service)
    for _ in range(5):
        begin_in_another_tab(page, service)
    choose_at_globus(page, way="institution", person=BOB)
    agree(page)

    assert service.answer(page)["code"]


def test_an_attempt_that_was_dropped_says_so_and_starts_again_with_its_aim(page: Page, service):
    to_globus(page, service)
    for _ in range(10):
        begin_in_another_tab(page, service)
    choose_at_globus(page, way="institution", person=BOB)
    expect(page.get_by_text("in so many tabs")).to_be_visible()
    page.get_by_role("link", name="Start again").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    agree(page)

    assert service.answer(page)["code"]


def begin_in_another_tab(page: Page, service: Service) -> None:
    """Begin a sign-in as another tab of this browser does, as far as Globus."""
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.request.get(service.address()).text())
    assert token
    form = {"csrfmiddlewaretoken": token.group(1)}
    answer = page.request.post(f"{service.base}/users/auth/globus", form=form, max_redirects=0)
    assert answer.status == 302


def test_an_attacker_at_the_same_address_locks_no_one_out(page: Page, service, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_SIGN_IN_TRIES": 1})
    guess = f"{service.base}/users/auth/globus/callback?code=guessed&state=guessed"
    assert [requests.get(guess, timeout=20).status_code for _ in range(3)] == [400, 429, 429]
    to_globus(page, service)
    choose_at_globus(page, way="institution", person=BOB)
    agree(page)

    assert service.answer(page)["code"]


def test_too_many_requests_are_told_on_a_page_that_leads_on(page: Page, service):
    rate_limit.hit(limits.ANONYMOUS, "127.0.0.1", count=limits.ANONYMOUS.most * 1000)
    page.goto(service.address())
    expect(page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
    Tries.objects.all().delete()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name="Sign in with Globus")).to_be_visible()

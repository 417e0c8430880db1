"""A sign-in whose provider is slow, in a browser: the page waits, says so, and continues automatically."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from profiles.infra.web import page_calls, waiting
from tests.e2e.steps import choose_at_globus
from tests.support.workers import wait_until

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def patient(settings, monkeypatch) -> Iterator[None]:
    """A call may take a minute; a page does not wait for it, and says after a second that it takes long."""
    more = {"PROFILES_EXCHANGE_SECONDS": 0.1, "PROFILES_CALL_SECONDS": 60.0}
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=more)
    monkeypatch.setattr(waiting, "LONG", timedelta(seconds=1))
    page_calls.http.cache_clear()
    yield
    page_calls.http.cache_clear()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_slow_sign_in_waits_on_a_page_and_goes_on_automatically(
    browser: Browser, live_server, stands, scripts
):
    stands.globus.fail_next(method="POST", path="token", hold_after=True)
    page = browser.new_context(locale="en-GB", java_script_enabled=scripts).new_page()

    page.goto(f"{live_server.url}/sign_in?return_to=/settings/me")
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person="bob@univ.example")
    expect(page).to_have_title("Waiting for Globus · DataCite Profiles")
    if scripts:
        # What screen readers are told.
        expect(page.locator("#announcer")).to_contain_text(
            "Globus takes longer than usual to answer", timeout=30_000
        )
    wait_until(stands.globus.held, seconds=30)
    stands.globus.release()

    expect(page.get_by_role("heading", name="Settings")).to_be_visible(timeout=30_000)
    page.context.close()

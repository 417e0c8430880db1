"""The second step of a sign-in in a real browser: an app with codes, and a passkey."""

import time

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from tests.e2e.steps import choose_at_globus, set_up_app
from tests.support.authenticator_app import code_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in_as_dana(page: Page, base: str) -> None:
    page.goto(f"{base}/sign_in?fresh=1&return_to=/staff")
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="ORCID", person="Dana Dimitrova", allow=not Account.objects.exists())


def make_staff(page: Page, base: str) -> None:
    """Let Dana come for the first time, as somebody nobody knows to be staff yet."""
    sign_in_as_dana(page, base)
    Account.objects.update(role="staff_admin")
    page.goto(f"{base}/staff")


def test_staff_set_up_an_app_and_give_its_code_at_the_next_sign_in(page: Page, live_server, stands):
    base = live_server.url
    make_staff(page, base)
    expect(page.get_by_text("Staff must have a second step")).to_be_visible()
    page.get_by_role("link", name="Set up an app with codes").click()
    secret = set_up_app(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.goto(f"{base}/staff")
    expect(page).to_have_url(f"{base}/staff")

    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in_as_dana(page, base)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("That was not right")
    page.get_by_label("Code from your app").fill(code_of(secret, moment=time.time() + 30))
    page.get_by_role("button", name="Go on").click()

    expect(page).to_have_url(f"{base}/staff")


def test_a_passkey_is_made_and_shown_at_the_next_sign_in(page: Page, live_server, stands):
    base = live_server.url
    # Passkeys are bound to a name; the tests' service has only an address. The same service answers there.
    named = base.replace("127.0.0.1", "localhost")
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    make_staff(page, base)
    also_at(page, named)

    page.goto(f"{named}/settings/second-step/passkey")
    page.get_by_label("What you call it").fill("My laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My laptop").first).to_be_visible()

    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.context.clear_cookies(name="profiles_session")
    sign_in_as_dana(page, base)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    also_at(page, named)
    page.goto(f"{named}/sign_in/second-step")
    page.get_by_role("button", name="Use my passkey").click()

    expect(page).to_have_url(f"{named}/staff")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Second step at sign-in")


def also_at(page: Page, named: str) -> None:
    """Carry the session over to the other name of the same service."""
    (session,) = [each for each in page.context.cookies() if each["name"] == "profiles_session"][:1]
    page.context.add_cookies(
        [{"name": "profiles_session", "value": session["value"], "url": named, "httpOnly": True}]
    )

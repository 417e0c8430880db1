"""What people do in the browser, in their words."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page

from profiles.accounts.models import Account
from profiles.infra import clock
from tests.support.authenticator_app import code_of

ALICE = "0009-0001-0000-0014"


def row_menu(page: Page, doi: str) -> Locator:
    """Return the button of My works that opens the menu of this work's row."""
    return page.locator(f'summary[aria-label="More: {doi}"]')


def sign_in_with_globus(
    page: Page,
    base: str,
    *,
    way: str = "institution",
    person: str = "alice@univ.example",
    known: bool = False,
) -> None:
    """Go to Profiles, choose Globus, and there a login and a person; ``known``: still signed in there."""
    page.goto(f"{base}/")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign in with Globus").click()
    if not known:
        choose_at_globus(page, way=way, person=person)


def choose_at_globus(page: Page, *, way: str, person: str, allow: bool = True) -> None:
    """On Globus's pages: choose a login and a person; who comes again is not asked to allow it again."""
    if way == "institution":
        page.locator("#organization").select_option(label="University of Example")
        page.get_by_role("button", name="Continue").click()
    else:
        page.get_by_role("button", name=f"Sign in with {way}").click()
    page.get_by_role("button", name=person).click()
    if allow:
        page.get_by_role("button", name="Allow").click()


def sign_in_at_orcid(page: Page, name: str = "Alice Alvarado") -> None:
    """On ORCID's page: be this person, and say yes."""
    authorize_if_asked(page, page.get_by_role("button", name=name))


def authorize_if_asked(page: Page, button: Locator) -> None:
    """Press a button that leads to ORCID or on from there, and say yes if ORCID asks."""
    # A click does not wait for the page that it leads to, and what is not there yet is not asked.
    with page.expect_navigation():
        button.click()
    authorize = page.get_by_role("button", name="Authorize access")
    if authorize.count():
        authorize.click()


def link_orcid(page: Page, name: str = "Alice Alvarado") -> None:
    page.get_by_role("button", name="Only link").click()
    sign_in_at_orcid(page, name)
    page.get_by_role("button", name="Yes, this is me").click()


def get_token(page: Page, purpose: str = "ORCID Auto-Update") -> None:
    authorize_if_asked(page, page.get_by_role("button", name=f"Get ORCID Token: {purpose}"))


def arrive_as_alice(page: Page, base: str) -> None:
    """Come for the first time, link only, and go to Settings."""
    sign_in_with_globus(page, base)
    link_orcid(page)
    page.goto(f"{base}/settings/me")


def set_up_app(page: Page) -> str:
    """On the page that sets up an app: type what the app shows; return its key."""
    secret = page.locator("code").inner_text()
    page.get_by_label("Code from your app").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    return secret


def be_signed_in(context: BrowserContext, base: str, orcid_id: str, **about) -> Account:
    """Begin as somebody who is signed in already, where the way in is not what the story is about."""
    known = {"email_asked_at": clock.now(), **about}
    account, _new = Account.objects.update_or_create(orcid_id=orcid_id, defaults=known)
    client = Client()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
    return account

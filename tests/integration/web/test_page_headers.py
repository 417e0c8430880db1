"""What every page tells browsers and caches, over the whole URL tree."""

import re

import pytest
from django.conf import settings
from django.test import Client

from profiles.accounts.models import Account
from tests.support.routes import all_routes
from tests.support.signing_in import begin, with_second_factor

pytestmark = pytest.mark.django_db
DANA, NAME = "0009-0001-0000-0049", "Dana Nobodyelse"
IDS = {
    "<uuid:uuid>": "0e9e5cf4-0000-4000-8000-000000000000", "<int:key_id>": "1", "<int:webhook_id>": "1",
    "<slug:action>": "again", "<slug:form>": "csv", "<str:client_id>": "a", "<slug:secret>": "a",
    "<slug:code>": "not-mine", "<slug:act>": "try-again", "<str:orcid_id>": DANA, "<path:doi>": "10.5072/a",
    "<slug:reason>": "raid", "<purpose:purpose>": "auto_update", "<slug:provider_id>": "globus",
    "<slug:key>": "a", "<str:token>": "a", "<str:signed>": "a",
    "<int:number>": "1", "<str:repository>": "datacite.test",
}  # fmt: skip
ENDS_THE_SESSION = ("/sign_out",)


@pytest.fixture
def dana() -> Client:
    account = Account.objects.create(orcid_id=DANA, name=NAME, role="staff_admin")
    browser = Client()
    browser.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return with_second_factor(browser)


def pages(*browsers: Client):
    """Yield the answers of every address that is no endpoint of the API, and of one that does not exist."""
    for route in all_routes():
        address = route.filled(IDS) if not route.is_api else ""
        for browser in browsers:
            if address and address not in ENDS_THE_SESSION:
                yield address, browser.get(address)
    for browser in browsers:
        yield "/nowhere", browser.get("/nowhere")
        yield "a form without a token", Client(enforce_csrf_checks=True).post("/sign_out")


def test_every_page_tells_browsers_and_caches_what_they_may_do(dana, stands, clean_cache):
    shown = named = 0
    for address, page in pages(dana, Client()):
        body = b"" if page.streaming else page.content
        caching = page.get("Cache-Control", "")
        if NAME.encode() in body or DANA.encode() in body:
            named += 1
            assert re.search(r"private|no-store", caching), address
        if re.search(r"public|s-maxage", caching):
            assert not page.cookies, address
        if body and page["Content-Type"].startswith("text/html") and address != "/heartbeat":
            shown += 1
            assert_protected(page, address)

    assert shown > 70
    assert named > 50


def assert_protected(page, address: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'"), address
    assert (policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'"), address
    assert policy["form-action"].startswith("'self'"), address
    assert "unsafe" not in page["Content-Security-Policy"], address
    assert "camera=()" in page["Permissions-Policy"], address
    assert page["X-Frame-Options"] == "DENY", address
    assert page["X-Content-Type-Options"] == "nosniff", address
    assert page["Referrer-Policy"] == "same-origin", address


def test_forms_lead_to_ourselves_to_orcid_and_to_hosts_of_the_list_only(dana):
    actions = dana.get("/settings/me")["Content-Security-Policy"].rpartition("form-action ")[2].split()

    env = settings.ENVIRONMENT
    assert actions[:2] == ["'self'", env.ORCID_URL]
    assert all(re.fullmatch(r"https?://[\w*.:-]+", source) for source in actions[1:])


def test_signing_in_may_lead_through_any_identity_provider_to_any_service():
    """Institutions behind Globus and services that ask for a sign-in cannot be listed."""
    policy = Client().get("/sign_in")["Content-Security-Policy"]

    assert "form-action 'self' https:" in policy
    assert begin(Client()).startswith(settings.ENVIRONMENT.GLOBUS_URL)


def test_forms_lead_to_plain_http_only_where_the_settings_of_the_moment_allow_it(settings):
    """A list made once for a process held for settings that it was not made from."""
    local = settings.ENVIRONMENT
    settings.ENVIRONMENT = local.model_copy(
        update={"PROFILES_MODE": "production", "GLOBUS_URL": "https://auth.example"}
    )
    in_production = [Client().get(page)["Content-Security-Policy"] for page in ("/sign_in", "/about")]
    settings.ENVIRONMENT = local
    in_tests = [Client().get(page)["Content-Security-Policy"] for page in ("/sign_in", "/about")]

    assert "form-action 'self' https:" in in_production[0]
    assert "http:" not in in_production[0].split()
    assert "http:" in in_tests[0].split()
    assert "https://auth.example" in in_production[1]
    assert local.GLOBUS_URL in in_tests[1]


EVIL = (
    "https://evil.example/x",
    "//evil.example",
    "javascript:alert(1)",
    "https:/\\evil.example",
    "/\\evil.example",
)


@pytest.mark.parametrize(
    "address", ["/orcid/auto_update/auth", "/orcid/search_and_link/auth", "/sign_in", "/sign_out"]
)
def test_a_form_never_contains_a_foreign_address_to_return_to(dana, address):
    for evil in EVIL:
        for browser in (dana, Client()):
            page = browser.get(
                address, {"return_to": evil, "fresh": "1", "account": "other"}, HTTP_REFERER=evil
            )
            html = page.content.decode()
            values = re.findall(r'(?:value|href|action)="([^"]*)"', html)
            assert [value for value in values if value.startswith(tuple(EVIL))] == []
            sent = re.findall(r'name="return_to" value="([^"]*)"', html)
            assert [value for value in sent if value and not re.match(r"/(?!/)", value)] == []


@pytest.mark.parametrize(("word", "kept"), [("/works", "/works"), ("find", "find")])
def test_a_form_keeps_an_address_of_our_own_to_return_to(dana, word, kept):
    page = dana.get("/orcid/search_and_link/auth", {"return_to": word}).content.decode()

    assert f'name="return_to" value="{kept}"' in page

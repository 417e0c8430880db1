"""The pages between a service and its person: nothing axe objects to, readable on a phone."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from profiles.sso import provider
from tests.e2e.steps import be_signed_in
from tests.e2e.test_access import narrowed, objections, walk
from tests.support import sso

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_consent_devices_and_connected_services_have_nothing_that_axe_objects_to(
    browser: Browser, live_server, scheme
):
    context = narrowed(browser, color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = context.new_page()
    be_signed_in(context, live_server.url, "0009-0001-0000-0014", name="Alice Alvarado")
    theirs = sso.register("A service of others", is_first_party=False)
    tool = sso.register("A tool", grant_types=[provider.DEVICE], redirect_uris=[])
    begun = tool.post(Client(), "/oauth/device", {"scope": "openid orcid"}).json()

    wrong = walk(page, live_server.url, [f"/oauth/authorize?{urlencode(theirs.request())}"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("A service of others")
    wrong += walk(page, live_server.url, [f"/device?user_code={begun['user_code']}"])
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("A tool")
    wrong += objections(page)
    page.locator("main button[value=yes]").click()
    wrong += objections(page)
    wrong += walk(page, live_server.url, ["/settings/connected", "/oauth/logout", "/oauth/authorize"])

    assert wrong == []

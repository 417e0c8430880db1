"""The pages between a service and its person: nothing axe objects to, readable on a phone."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from profiles.sso import keys
from profiles.sso.protocol import provider
from tests.e2e.steps import be_signed_in
from tests.support import sso
from tests.support.accessibility import objections, walk
from tests.support.signing_in import with_second_factor

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_consent_devices_and_connected_services_have_nothing_that_axe_objects_to(
    page: Page, context, live_server
):
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


def test_what_staff_see_of_services_has_nothing_that_axe_objects_to(page: Page, context, live_server):
    staff = Client()
    sso.person(staff, "0009-0001-0000-0049", name="Dana", role="staff_admin")
    with_second_factor(staff)
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": staff.session.session_key, "url": live_server.url}]
    )
    keys.forget()  # each test's database begins without keys
    party = sso.register()
    somebody = Client()
    sso.person(somebody)
    party.signed_in(somebody)

    wrong = walk(page, live_server.url, ["/staff/services", "/staff/services/new"])
    wrong += walk(page, live_server.url, [f"/staff/services/{party.row.client_id}"])
    expect(page.locator("#trail ~ div table")).to_contain_text("0009-0001-0000-0014")

    assert wrong == []

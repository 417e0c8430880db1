"""The page about an outage leads on when the outage is over, and not before."""

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from profiles.web.views import failures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_page_about_an_outage_loads_itself_when_it_is_over(page: Page, live_server):
    answer = failures.database_away(RequestFactory().get("/sign_in"))
    outage = {"body": answer.content.decode(), "content_type": "text/html", "status": 503}
    address, asked = f"{live_server.url}/sign_in", []
    page.clock.install()
    page.route(address, lambda route: (asked.append(route.request.method), route.fulfill(**outage)))
    page.goto(address)
    page.clock.run_for(11_000)
    expect(page.get_by_role("heading", name="The service is away for a moment")).to_be_visible()
    page.unroute(address)
    page.clock.run_for(11_000)

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert asked == ["GET", "HEAD"]

"""DataCite's search is down, slow or rate-limited: the page says so, keeps what was chosen, and goes on."""

import pytest
from playwright.sync_api import Page, expect

from profiles.infra.web import page_calls
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, registered
from tests.support.records import record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
RATE_LIMITED = {"errors": [{"status": "403", "title": "Your request has been rate limited. See https://..."}]}
DOWN = "DataCite's metadata service does not answer"
SLOW = "DataCite's metadata service takes longer than usual"
BUSY = "DataCite's metadata service asked us to slow down"
GOAL = "Your works appear here as soon as DataCite answers"
TROUBLES = [
    pytest.param({"status": 503}, DOWN, id="down"),
    pytest.param({"drop": True}, DOWN, id="unreachable", marks=pytest.mark.proof),
    pytest.param({"delay_ms": 15_000}, SLOW, id="slow"),
    pytest.param(
        {"status": 429, "headers": {"Retry-After": "3"}}, BUSY, id="rate-limited", marks=pytest.mark.proof
    ),
    pytest.param(
        {"status": 403, "headers": {"Retry-After": "3"}, "body": RATE_LIMITED},
        BUSY,
        id="rate-limited as on stage",
    ),
]


def one_is_chosen(page: Page, live_server, orcid, datacite) -> None:
    permitted(orcid)
    registered(datacite, "10.5072/one", title="Ice cores of the north")
    registered(datacite, "10.5072/two", title="Ice cores of the south")
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/find?by=id&sort=title")


@pytest.fixture(autouse=True)
def _calls_may_take_as_long_as_in_production(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"PROFILES_CALL_SECONDS": 25.0})
    page_calls.http.cache_clear()
    yield
    page_calls.http.cache_clear()


@pytest.fixture
def alice(page, live_server, orcid, datacite):
    """Alice's browser: she has chosen one of two works."""
    one_is_chosen(page, live_server, orcid, datacite)
    page.get_by_label("Ice cores of the north").check()
    expect(page.locator("#find-bar")).to_contain_text("1 work chosen")
    return page


@pytest.fixture
def alice_without_scripts(browser, live_server, orcid, datacite):
    """The same, where scripts are switched off."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    one_is_chosen(page, live_server, orcid, datacite)
    page.get_by_label("Ice cores of the north").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#find-bar")).to_contain_text("1 work chosen")
    yield page
    context.close()


@pytest.mark.parametrize(("trouble", "sentence"), TROUBLES)
def test_the_search_says_what_is_the_matter_keeps_the_choice_and_goes_on_automatically(
    alice, live_server, datacite, trouble, sentence
):
    datacite.fail_next(None, path="/dois", **trouble)

    alice.goto(f"{live_server.url}/find?text=ice&sort=title")

    expect(alice.get_by_role("heading", name=GOAL)).to_be_visible()
    expect(alice.get_by_text(sentence)).to_be_visible()
    expect(alice.locator("main").get_by_text("We ask again")).to_be_visible()
    expect(alice.get_by_label("Words, a title, a DOI, or a list of DOIs")).to_have_value("ice")
    expect(alice.locator("#find-bar")).to_contain_text("1 work chosen")
    datacite.heal()

    # Nothing is pressed.
    expect(alice.get_by_label("Ice cores of the north")).to_be_checked(timeout=40_000)
    expect(alice.get_by_label("Ice cores of the south")).not_to_be_checked()
    expect(alice.locator("#announcer")).to_contain_text("2 works")
    expect(alice.locator("#find-bar")).to_contain_text("1 work chosen")


@pytest.mark.parametrize("case", [TROUBLES[2].values, TROUBLES[3].values], ids=["slow", "rate-limited"])
def test_a_search_by_name_says_the_goal_first_and_then_what_is_the_matter(
    page, live_server, orcid, datacite, case
):
    trouble, sentence = case
    permitted(orcid)
    datacite.order("dois", [record("10.5072/named", creators=[{"name": "Alvarado, Alice"}])])
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    datacite.fail_next(None, path="/dois", **trouble)

    page.goto(f"{live_server.url}/find?by=name")

    section = page.locator("#results section")
    expect(section).to_contain_text(f"{GOAL} {sentence}.")
    datacite.heal()
    expect(page.locator("main").get_by_text("1 work, 1 can be added")).to_be_visible(timeout=40_000)


@pytest.mark.parametrize(("trouble", "sentence"), TROUBLES)
def test_without_scripts_the_search_promises_nothing_and_goes_on_when_asked(
    alice_without_scripts, live_server, datacite, trouble, sentence
):
    page = alice_without_scripts
    datacite.fail_next(None, path="/dois", **trouble)

    page.goto(f"{live_server.url}/find?text=ice")

    expect(page.get_by_role("heading", name=GOAL)).to_be_visible()
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_text("Please ask again in")).to_be_visible()
    expect(page.locator("main").get_by_text("We ask again")).to_be_hidden()
    expect(page.locator("#find-bar")).to_contain_text("1 work chosen")
    datacite.heal()
    page.wait_for_timeout(3_100)
    page.get_by_role("link", name="Ask now").click()

    expect(page.get_by_label("Ice cores of the north")).to_be_checked()


def test_ticks_of_a_page_are_kept_when_the_next_one_does_not_come(alice_without_scripts, datacite):
    page = alice_without_scripts
    page.get_by_label("Ice cores of the south").check()
    datacite.fail_next(None, path="/dois", status=503)

    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text(DOWN)).to_be_visible()
    expect(page.locator("#find-bar")).to_contain_text("2 works chosen")


def test_works_can_be_added_while_the_search_is_down(alice, live_server, datacite):
    datacite.fail_next(None, path="/dois", status=503)
    alice.goto(f"{live_server.url}/find?text=ice")

    alice.get_by_role("button", name="to ORCID").click()

    expect(alice.locator("#added")).to_contain_text("1 is on its way")


@pytest.mark.parametrize(("trouble", "sentence"), [TROUBLES[0], TROUBLES[3]])
def test_pasted_dois_wait_for_a_search_in_trouble_and_go_on_by_themselves(
    alice, live_server, datacite, trouble, sentence
):
    datacite.fail_next(None, path="/dois", **trouble)
    alice.goto(f"{live_server.url}/find?by=list")
    alice.get_by_label("Words, a title, a DOI, or a list of DOIs").fill("10.5072/two")
    alice.get_by_role("button", name="Search").click()
    look_up_all()

    expect(alice.get_by_role("heading", name=sentence)).to_be_visible()
    expect(alice.get_by_text("Your DOIs are kept. We continue at")).to_be_visible()
    expect(alice.locator("#find-bar")).to_contain_text("2 works chosen")
    datacite.heal()
    alice.wait_for_timeout(3_100)
    look_up_all()

    expect(alice.get_by_text("Ice cores of the south")).to_be_visible()
    expect(alice.locator("#announcer")).to_contain_text("All 2 were looked up; 2 are chosen.")

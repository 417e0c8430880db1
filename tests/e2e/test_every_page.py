"""Every page in every state: axe objects to nothing, all is on the screen, and no page is over 100 kB.

The suite opens each page once, on the smallest phone. ``make proof pictures`` opens it at each width, in
light and dark, with names of each script, and keeps pictures with an index.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.support.accessibility import unreadable
from tests.support.every_page import COOKIE, GROUPS, NAMES, State
from tests.support.pictures import looks_wanted, take, write_index

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "mailbox"),
]
FOLLOWS_WITHOUT_HTMX = "Boolean(document.querySelector('[hx-get], [hx-post]')) && !window.htmx"
MAX_BYTES = 100_000
LANGUAGE = os.environ.get("PROFILES_PICTURES_LANGUAGE", "")
"""``make screenshot`` takes the pictures in some more languages."""
SCRIPTS = os.environ.get("PROFILES_PICTURES_SCRIPTS", "latin").split()
PARTS = 4 if os.environ.get("PROFILES_PICTURES") else 1
"""Where pictures of all looks are taken, a group is taken in parts, which can be taken at the same time."""
RUNS = [
    pytest.param((group, script, part), id=f"{group}-{script}-{part}")
    for script in SCRIPTS
    for group in GROUPS
    for part in range(PARTS if script == SCRIPTS[0] else 1)
]


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture(autouse=True)
def _in_language(settings) -> None:
    """Have in this language what a form answers, what is drawn without a request, and each mail."""
    settings.LANGUAGE_CODE = LANGUAGE or settings.LANGUAGE_CODE


def in_language(state: State, code: str) -> State:
    """Return a page in this language; what a form led to is already."""
    if state.body or not code:
        return state
    return replace(state, path=f"{state.path}{'&' if '?' in state.path else '?'}lang={code}")


def open_state(page: Page, base: str, state: State) -> None:
    """Open a page as its visitor; what a form led to is shown as it was answered."""
    page.context.clear_cookies()
    if state.browser and COOKIE in state.browser.cookies:
        value = state.browser.cookies[COOKIE].value
        page.context.add_cookies([{"name": COOKIE, "value": value, "url": base}])
    if state.body:

        def answer(route: Route) -> None:
            route.fulfill(body=state.body, content_type="text/html; charset=utf-8")

        page.route(base + state.path, answer)
    page.goto(state.path if state.path.startswith("http") else base + state.path)


@pytest.mark.parametrize("run", RUNS)
def test_every_page_is_readable_with_the_longest_names(window, live_server, stands, run):
    group, script, part = run
    states = GROUPS[group](NAMES[script], stands)
    page, wrong = window.new_page(), []
    for state in states[part :: PARTS if script == SCRIPTS[0] else 1]:
        width = 0
        for look in looks_wanted(all_of_them=script == SCRIPTS[0], mails=group == "mails"):
            look.put_on(page)
            is_opened = look.width == width
            if not is_opened:
                open_state(page, live_server.url, in_language(state, LANGUAGE))
            width = look.width
            objections = unreadable(page, only_colours=is_opened)
            wrong += [f"{group}, {state.name}, {look}: {one}" for one in objections]
            size = len(page.content().encode())
            wrong += [f"{group}, {state.name}: {size} bytes"] if size > MAX_BYTES else []
            wrong += [f"{group}, {state.name}: without htmx"] if page.evaluate(FOLLOWS_WITHOUT_HTMX) else []
            take(page, f"{group}-{script}-{state.name}", look)
    write_index()

    assert len(states) > 5
    assert wrong == []

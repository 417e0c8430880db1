"""A real browser against a real server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import running_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: its driver keeps an event loop, which other modules' tests need for themselves."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request) -> Iterator[Page]:
    page = context.new_page()
    yield page
    if os.environ.get("PROFILES_PICTURES"):
        folder = Path(os.environ["PROFILES_PICTURES"])
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{request.node.name}.png", full_page=True)

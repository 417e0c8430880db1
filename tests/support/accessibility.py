"""What is wrong with a page for people who see it small, dark or not at all."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS: Final = (("light", 1200, 900), ("dark", 320, 640))
_TOO_WIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def objections(page: Page) -> list[str]:
    """Return what axe objects to on a wide light screen and on a dark phone, and what is wider than each."""
    before = page.viewport_size
    wrong = []
    for scheme, width, height in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
        where = f"{page.url} ({scheme}, {width} pixels)"
        found = Axe().run(page).response["violations"]
        wrong += [f"{where}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
        over = page.evaluate(_TOO_WIDE)
        wrong += [f"{where}: {over} pixels too wide"] if over > 0 else []
    if before:
        page.set_viewport_size(before)
    return wrong


def walk(page: Page, base: str, paths: list[str]) -> list[str]:
    """Open these pages one after the other and return the objections to all."""
    wrong = []
    for path in paths:
        page.goto(f"{base}{path}")
        wrong += objections(page)
    return wrong

"""What is wrong with a page for people who see it small, dark or not at all."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS: Final = (("light", 1200, 900), ("dark", 320, 640))
_OUTSIDE: Final = """() => {
    const width = document.documentElement.clientWidth;
    // What can be scrolled, and a line that is cut with an ellipsis, do not leave the screen.
    const moves = (one) => {
        const style = getComputedStyle(one);
        return /auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis';
    };
    const scrolls = (one) => one && (moves(one) || scrolls(one.parentElement));
    const outside = [...document.body.querySelectorAll('*')].filter((one) => {
        const box = one.getBoundingClientRect();
        const is_seen = box.width > 1 && box.height > 1 && getComputedStyle(one).visibility === 'visible';
        if (!is_seen || one.closest('.skip, .visually-hidden')) return false;
        return (box.left < -0.5 || box.right > width + 0.5) && !scrolls(one.parentElement);
    });
    const wide = document.documentElement.scrollWidth - width;
    const words = outside.map((one) => `outside: ${one.outerHTML.slice(0, 120)}`).slice(0, 3);
    return [...words, ...(wide > 0 ? [`${wide} pixels too wide`] : [])];
}"""


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
        wrong += [f"{where}: {one}" for one in outside(page)]
    if before:
        page.set_viewport_size(before)
    return wrong


_SHRUNKEN: Final = """() => {
    const boxes = [...document.querySelectorAll('input[type=checkbox], input[type=radio]')];
    const is_small = ({ width, height }) => width > 0 && (width < 24 || height < 24);
    const small = boxes.filter((one) => is_small(one.getBoundingClientRect()));
    return small.map((one) => `shrunken: ${one.outerHTML.slice(0, 120)}`);
}"""
_OPTIONS: Final = {
    "resultTypes": ["violations"],
    # WCAG 2.2: targets of 24 pixels, or with that much space. Axe asks for it only when told to.
    "rules": {"target-size": {"enabled": True}},
}


_ONLY_COLOURS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def unreadable(page: Page, *, only_colours: bool = False) -> list[str]:
    """Return what is wrong with a page as it is: for axe, beyond the edge, or too small to hit.

    With ``only_colours`` the page was looked at in another theme already.
    """
    found = Axe().run(page, options=_ONLY_COLOURS if only_colours else _OPTIONS).response["violations"]
    wrong = [f"{one['id']} {node['html'][:140]}" for one in found for node in one["nodes"][:2]]
    return wrong if only_colours else [*wrong, *outside(page), *page.evaluate(_SHRUNKEN)]


def outside(page: Page) -> list[str]:
    """Return what leaves the screen at the side; what can be scrolled in a box of its own does not."""
    return list(page.evaluate(_OUTSIDE))


def walk(page: Page, base: str, paths: list[str]) -> list[str]:
    """Open these pages one after the other and return the objections to all."""
    wrong = []
    for path in paths:
        page.goto(f"{base}{path}")
        wrong += objections(page)
    return wrong

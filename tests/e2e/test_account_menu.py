"""The account menu and the places to go: on no phone, and with no name, may they leave the screen."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from profiles.accounts.models import Account
from tests.e2e.steps import ALICE, be_signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NAMES = {
    "short": "Li",
    "two-words": "Alice Alvarado",
    "three-words": "Josefina Hernández García",
    "sixty-letters": "Maria-Magdalena Konstantinopolitanska von Hohenzollern-Bayern",
    "one-word": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen",
    "chinese": "王小明的非常非常非常非常非常非常长的研究人员名字在这里出现了",
    "arabic": "عبد الرحمن بن محمد بن عبد الله بن أحمد بن علي الحسيني القرشي الهاشمي",
    "hawaiian": "Kekuaokalaninuiamamao Keaweawehewahewaikalani",
}
USUAL = ("two-words", "sixty-letters", "chinese", "arabic")
WIDTHS = (320, 360, 390, 820)
BUTTON = ".menu summary, .brand"
OPENED = f"{BUTTON}, .menu-panel, .menu-panel ul, .menu li > *, .places a"
OUTSIDE = """(selector) => {
    const width = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth - width;
    const outside = [...document.querySelectorAll(selector)].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width === 0 || box.left < 0 || box.right > width;
    });
    const words = outside.map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}`);
    return [...words, ...(wide > 0 ? [`${wide} pixels too wide`] : [])];
}"""


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture to look at, where the operator of the tests wants them."""
    if folder := os.environ.get("PROFILES_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def reached_by_tab(page: Page, count: int) -> list[str]:
    """Walk on from the menu's button by keyboard and return what got the focus, each seen in the window."""
    seen = []
    for _ in range(count):
        page.keyboard.press("Tab")
        words, top, bottom = page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                return [document.activeElement.textContent.trim(), box.top, box.bottom];
            }"""
        )
        assert 0 <= top < bottom <= page.viewport_size["height"], f"{words} is outside of the window"
        seen.append(words)
    return seen


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=kind, marks=[] if kind in USUAL else pytest.mark.proof)
        for kind, name in NAMES.items()
    ],
)
def test_the_account_menu_stays_on_the_screen_of_every_phone(
    browser: Browser, live_server, stands, name, request
):
    context = browser.new_context(viewport={"width": 320, "height": 568}, has_touch=True)
    page = context.new_page()
    be_signed_in(context, live_server.url, ALICE, name=name, role="staff_admin")
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 568})
        page.goto(f"{live_server.url}/settings/edit")
        wrong += [f"{width}, closed: {one}" for one in page.evaluate(OUTSIDE, BUTTON)]
        page.locator(".menu summary").click(position={"x": 5, "y": 5})
        wrong += [f"{width}, open: {one}" for one in page.evaluate(OUTSIDE, OPENED)]
        keep_picture(page, f"{request.node.callspec.id}-{width}")

    links = page.locator(".menu li > a, .menu li button").all_inner_texts()
    page.set_viewport_size({"width": 320, "height": 568})
    page.locator(".menu summary").focus()
    reached = reached_by_tab(page, len(links))
    context.close()

    assert wrong == []
    assert len(links) == 8
    assert [words.strip() for words in links] == reached
    assert Account.objects.get().name == name


def test_the_whole_name_is_read_in_the_opened_menu(page: Page, live_server, stands):
    be_signed_in(page.context, live_server.url, ALICE, name=NAMES["one-word"])
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"{live_server.url}/settings/edit")

    page.locator(".menu summary").click()

    whole = page.locator(".menu .who")
    assert whole.inner_text() == NAMES["one-word"]
    assert whole.evaluate("(one) => one.scrollWidth <= one.clientWidth")

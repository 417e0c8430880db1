"""Going about by keyboard alone: every stop is seen, and nothing lies over it."""

from playwright.sync_api import Locator, Page

_STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
  return {
    name: element.outerHTML.slice(0, 120),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    free: !over || element.contains(over) || over.contains(element),
    inside: box.top < innerHeight && box.bottom > 0,
  };
}"""


def stop(page: Page) -> None:
    """See that what has the focus shows it, is on the screen, and is not covered."""
    found = page.evaluate(_STOP)
    assert found is not None, "nothing has the focus"
    assert found["outlined"], f"no outline: {found['name']}"
    assert found["inside"], f"off the screen: {found['name']}"
    assert found["free"], f"covered: {found['name']}"


def tab_to(page: Page, wanted: Locator, *, back: bool = False, most: int = 60) -> None:
    """Press Tab until this has the focus."""
    # The key before may have led to a new page; until that is read, Tab finds nothing in it.
    page.wait_for_load_state()
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        stop(page)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not lead there")


def press(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, wanted, back=back)
    page.keyboard.press("Enter")

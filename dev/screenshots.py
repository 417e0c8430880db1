"""Take pictures: those of the docs from the demo, then every page and mail in every state, with an index."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import FLAGS, chromium  # noqa: E402

EVERY_PAGE = ROOT / "var" / "pictures"
# One with long words, and one from right to left.
MORE_LANGUAGES = ("de", "ar")
# Mails are looked at in one more: without spaces.
MORE_LANGUAGES_OF_MAILS = ("ja",)
FOLDER = ROOT / "docs" / "user" / "pictures"
BASE = "http://127.0.0.1:8000"
# Signs in with Google, and has not linked ORCID at Globus.
NEWCOMER, NEWCOMER_LOGIN = "Suharto", "suharto.demo@gmail.example"


def main() -> int:
    """Take every screenshot."""
    path = chromium()
    if path is None:
        print("Chromium is needed: apt install chromium, or set PROFILES_CHROMIUM")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    var = ROOT / "var" / "screenshots"
    shutil.rmtree(var, ignore_errors=True)
    demo = subprocess.Popen(
        [sys.executable, "-m", "profiles", "demo"],
        env={**os.environ, "PROFILES_VAR": str(var)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_the_end_of_the_story(demo)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page(viewport={"width": 1200, "height": 780}, locale="en-GB")
            walk(page)
            # A separate browser for the new user: no one is signed in there, here or at ORCID.
            walk_as_newcomer(browser.new_page(viewport={"width": 1200, "height": 780}, locale="en-GB"))
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(10)
    return take_every_page()


def take_every_page() -> int:
    """Open every page in every state, with the longest names, at each width and theme; in more languages."""
    shutil.rmtree(EVERY_PAGE, ignore_errors=True)
    results = [_take_every_page(language) for language in ("", *MORE_LANGUAGES)]
    return max(*results, *(_take_every_page(language, "-k", "mails") for language in MORE_LANGUAGES_OF_MAILS))


def _take_every_page(language: str, *chosen: str) -> int:
    command = [sys.executable, "-m", "pytest", "tests/e2e/test_every_page.py", "--timeout", "0", *chosen]
    folder = EVERY_PAGE / language
    pictures = {"PROFILES_PICTURES": str(folder), "PROFILES_PICTURES_LANGUAGE": language}
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, **pictures}, check=False)
    print(f"every page: {folder / 'index.html'}")
    return result.returncode


def wait_for_the_end_of_the_story(demo: subprocess.Popen[str]) -> None:
    """Read the demo's output until it is running."""
    assert demo.stdout is not None
    for line in demo.stdout:
        print(line, end="")
        if "demo is running" in line:
            return
    sys.exit("the demo ended before its story did")


def walk(page: Page) -> None:
    """Take the screenshots of a researcher's pages."""
    page.goto(BASE)
    take(page, "home")
    page.goto(f"{BASE}/sign_in")
    take(page, "sign-in")
    page.get_by_role("button", name="Sign in with Globus").click()
    page.locator("#organization").select_option(label="University of Example")
    page.get_by_role("button", name="Continue").click()
    # A click does not wait for the page that it leads to.
    with page.expect_navigation():
        page.get_by_role("button", name="alice@univ.example").click()
    if page.get_by_role("button", name="Allow").count():
        page.get_by_role("button", name="Allow").click()
    page.goto(f"{BASE}/settings/me")
    take(page, "settings")
    page.goto(f"{BASE}/find")
    take(page, "find")
    page.goto(f"{BASE}/works")
    take(page, "works")
    page.get_by_role("heading", level=2).first.get_by_role("link").click()
    take(page, "work")


def walk_as_newcomer(page: Page) -> None:
    """Sign in for the first time: link an iD, give permission, and close the account again."""
    page.goto(f"{BASE}/sign_in")
    page.get_by_role("button", name="Sign in with Globus").click()
    page.get_by_role("button", name="Sign in with Google").click()
    page.get_by_role("button", name=NEWCOMER_LOGIN).click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("button", name="Only link").click()
    page.get_by_role("button", name=NEWCOMER).click()
    page.get_by_role("button", name="Authorize access").click()
    take(page, "link-is-this-you")
    page.get_by_role("button", name="Yes, this is me").click()
    page.goto(f"{BASE}/orcid/search_and_link/auth")
    take(page, "permission")
    page.get_by_role("button", name="Get ORCID Token").click()
    take(page, "permission-at-orcid")
    page.get_by_role("button", name="Authorize access").click()
    page.goto(f"{BASE}/settings/leave")
    take(page, "close-account", whole=True)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Close my account").click()
    take(page, "account-closed")


def take(page: Page, name: str, *, whole: bool = False) -> None:
    """Save a screenshot; ``whole``: the whole page, also beyond the window."""
    time.sleep(0.3)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)
    print(f"took docs/user/pictures/{name}.png")


if __name__ == "__main__":
    sys.exit(main())

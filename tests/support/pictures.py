"""Looks at a page: widths and themes, and pictures of them in a folder with an index."""

import html
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Look:
    """A width and a theme."""

    width: int
    theme: str

    def put_on(self, page: Page) -> None:
        """Show pages this way."""
        page.set_viewport_size({"width": self.width, "height": 640 if self.width < 400 else 800})
        page.emulate_media(color_scheme="dark" if self.theme == "dark" else "light")

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


LOOKS: Final = [Look(width, theme) for width in (320, 390, 1280) for theme in ("light", "dark")]
SMALLEST: Final = Look(320, "dark")


MAIL_LOOKS: Final = [Look(width, theme) for width in (320, 600) for theme in ("light", "dark")]


def looks_wanted(*, all_of_them: bool = True, mails: bool = False) -> list[Look]:
    """Return the one look of the suite, or all where pictures are kept; those of ``mails`` are their own."""
    looks = MAIL_LOOKS if mails else LOOKS
    if os.environ.get("PROFILES_PICTURES_LANGUAGE") and not mails:
        looks = [look for look in looks if look.theme == "light" and look.width != 390]
    return looks if os.environ.get("PROFILES_PICTURES") and all_of_them else [SMALLEST]


def take(page: Page, name: str, look: Look) -> None:
    """Keep a picture, where the caller of the tests wants them."""
    if not (folder := os.environ.get("PROFILES_PICTURES")):
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    # As high as the page: what is fixed to the lower edge is then at its end.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": look.width, "height": min(max(height, 640), 6000)})
    plain = re.sub(r"[^\w.-]+", "-", name)[:90]
    page.screenshot(path=Path(folder) / f"{plain}--{look}.png", full_page=True)


def write_index() -> None:
    """List all pictures of the folder on one page: a line for each page and state."""
    if not (folder := os.environ.get("PROFILES_PICTURES")):
        return
    names = sorted({picture.name.partition("--")[0] for picture in Path(folder).glob("*--*.png")})
    lines = []
    for name in names:
        shown = "".join(
            f'<a href="{name}--{look}.png"><img src="{name}--{look}.png" alt="{look}" loading="lazy"></a>'
            for look in [*LOOKS, *MAIL_LOOKS[2:]]
            if (Path(folder) / f"{name}--{look}.png").exists()
        )
        lines.append(f"<h2>{html.escape(name)}</h2><p>{shown}</p>")
    style = "img { height: 24rem; object-fit: cover; object-position: top; margin: 4px; border: 1px solid }"
    page = f"<!doctype html><meta charset=utf-8><title>Pictures</title><style>{style}</style>{''.join(lines)}"
    (Path(folder) / "index.html").write_text(page)

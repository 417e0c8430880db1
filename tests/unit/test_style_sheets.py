"""The style sheets: colours that can be read, and named in one place; icons that exist."""

import re

import pytest

from tests.support.shared import ROOT

STATIC = ROOT / "src" / "profiles" / "web" / "static" / "profiles"
TOKENS = (STATIC / "tokens.css").read_text()
ICONS = (ROOT / "src/profiles/web/templates/components/icons.html").read_text()
TEMPLATES = sorted((ROOT / "src" / "profiles").rglob("templates/**/*.html"))
TEXT, GRAPHIC = 4.5, 3.0
GROUNDS = ("canvas", "surface", "sunken", "raised", "tint")
ON_ITS_OWN = {
    "good": ("good-bg",),
    "wait": ("wait-bg",),
    "bad": ("bad-bg",),
    "off": ("off-bg",),
    "ink": ("good-bg", "wait-bg", "bad-bg", "off-bg"),
    "ink-2": ("off-bg",),
    "on-action": ("action", "action-hover"),
    "on-bad": ("bad", "bad-hover"),
    "on-brand": ("brand-fill",),
    "link-on-brand": ("brand-fill",),
}
PAIRS = [
    *((name, ground, TEXT) for name in ("ink", "ink-2", "brand", "link") for ground in GROUNDS),
    *((name, ground, TEXT) for name in ("good", "wait", "bad", "off") for ground in GROUNDS[:4]),
    *((name, ground, TEXT) for name, grounds in ON_ITS_OWN.items() for ground in grounds),
    *((name, "surface", GRAPHIC) for name in ("line-strong", "action", "amber", "focus")),
    *((f"chart-{number}", "surface", GRAPHIC) for number in (1, 2, 3, 4)),
    *((name, "canvas", GRAPHIC) for name in ("line-strong", "focus")),
]


def tokens(scheme: str) -> dict[str, str]:
    """Read the colours of one scheme; the dark one is written as changes of the light one."""
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    parts = [light, dark.split("@media")[0]] if scheme == "dark" else [light]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", "".join(parts)))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(scheme):
    colours = tokens(scheme)

    weak = [
        f"{name} on {ground}: {ratio:.2f}"
        for name, ground, least in PAIRS
        if (ratio := contrast(colours[name], colours[ground])) < least
    ]

    assert weak == []


def test_only_the_tokens_name_colours_by_value():
    sheets = [path for path in STATIC.glob("*.css") if path.name != "tokens.css"]
    by_value = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgb\(")
    named = [f"{path.name}: {one}" for path in sheets for one in by_value.findall(path.read_text())]

    assert len(sheets) > 1
    assert named == []


def test_every_token_that_is_used_exists():
    known = set(re.findall(r"--([a-z0-9-]+):", TOKENS)) | {"sign"}
    sheets = [*STATIC.glob("*.css"), *TEMPLATES]
    used = {name for path in sheets for name in re.findall(r"var\(--([a-z0-9-]+)", path.read_text())}

    assert used - known - {""} == set()


def test_every_icon_that_a_template_shows_is_drawn():
    drawn = set(re.findall(r'id="i-([a-z-]+)"', ICONS))
    shown = {name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text())}

    assert len(shown) > 5
    assert shown <= drawn


def test_directions_are_logical_so_that_pages_can_be_mirrored():
    physical = re.compile(
        r"(?:margin-|padding-|border-|[{;] *)(?:left|right)\b|(?:align|float): *(?:left|right)"
    )
    sheets = {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for path in STATIC.glob("*.css")
    }
    found = [f"{name}: {one}" for name, text in sheets.items() for one in physical.findall(text)]

    assert found == []


@pytest.mark.parametrize("name", ["latin", "latin-ext", "vietnamese", "greek", "cyrillic"])
def test_each_file_of_the_typeface_is_small_and_has_its_licence_beside_it(name):
    assert (STATIC / f"fonts/{name}.woff2").stat().st_size < 25_000
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/LICENSE.txt").read_text()

"""Make the files of the typeface: ``python dev/fonts.py PACKAGE`` with fonttools and brotli installed.

PACKAGE is the unpacked npm package ``@fontsource-variable/source-sans-3``. Of each script only the letters
and the weights that pages use are kept. The licence reserves the name "Source", so the result has its own.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Final

FOLDER: Final = (
    Path(__file__).resolve().parents[1] / "src" / "profiles" / "web" / "static" / "profiles" / "fonts"
)
NAME: Final = "Profiles Sans"
WEIGHTS: Final = (400, 650)
FEATURES: Final = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum"]
LETTERS: Final = {
    "latin": "0000-00FF 0131 0152-0153 02BB-02BC 02C6 02DA 02DC 2000-206F 20AC 2122 2190-2193 2212 2215 "
    "FEFF FFFD",
    "latin-ext": "0100-0130 0132-0151 0154-017F 018F 0192 01CD-01DC 01E6-01E7 0218-021B 0259 02BE-02BF "
    "0306-0307 030A-030C 0324-0328 1E02-1E03 1E0C-1E0D 1E24-1E25 1E2A-1E2B 1E32-1E37 1E42-1E47 1E5A-1E63 "
    "1E6C-1E6F 1E80-1E85 1E92-1E93 20A0-20AA 20AD-20BF",
    "vietnamese": "",
    "greek": "",
    "cyrillic": "",
}
"""The code points of each file; none: all that the package has."""


def main(package: Path) -> None:
    """Write a file for each script."""
    for script, letters in LETTERS.items():
        font = subset(package / "files" / f"source-sans-3-{script}-wght-normal.woff2", letters)
        font.flavor = "woff2"
        target = FOLDER / f"{script}.woff2"
        font.save(target)
        print(f"{target.name}: {target.stat().st_size} bytes")


def subset(path: Path, letters: str) -> Any:
    """Keep the letters, weights and features in use, under a name of our own."""
    from fontTools import subset as subsetting
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    whole = BytesIO()
    instancer.instantiateVariableFont(TTFont(path), {"wght": WEIGHTS}).save(whole)
    font = TTFont(whole)
    options = subsetting.Options(
        layout_features=FEATURES, hinting=False, desubroutinize=True, name_IDs=[0, 1, 4, 6, 14]
    )
    subsetter = subsetting.Subsetter(options)
    unicodes = subsetting.parse_unicodes(letters.replace(" ", ",")) if letters else font.getBestCmap()
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)
    for name_id, name in ((1, NAME), (4, NAME), (6, NAME.replace(" ", ""))):
        font["name"].setName(name, name_id, 3, 1, 0x409)
    return font


if __name__ == "__main__":
    main(Path(sys.argv[1]))

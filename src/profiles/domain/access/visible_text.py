"""Names that people read: without characters that cannot be seen or that turn the text around them.

A name with a direction override reads as another one on a consent page, in a log or in a mail. Joiners and
direction marks, which Persian, Hindi and Hebrew names need, are kept.
"""

import re
from typing import Final

_INVISIBLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
VISIBLE: Final = "^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]*$"
"""The same as a pattern of the API's description."""


def invisible_in(text: str) -> str:
    """Return the first character that a name may not have, as ``U+202E``; empty if there is none."""
    found = _INVISIBLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def without_invisible(text: str) -> str:
    """Return a name of another service without such characters: no one is there to type it again."""
    return " ".join(_INVISIBLE.sub(" ", text).split()) if _INVISIBLE.search(text) else text

"""Read what a page says, without the tags that write titles, iDs and moments."""

import re
from typing import Any

_TAGS_IN_SENTENCES = re.compile(r"</?(?:bdi|time)\b[^>]*>")


def markup(answer: Any) -> str:
    """Return the HTML of a page without the tags inside its sentences."""
    return _TAGS_IN_SENTENCES.sub("", answer.content.decode())

"""Questions to PostgreSQL's text search."""

import re
from typing import Final

from django.contrib.postgres.search import SearchQuery

_WORD: Final = re.compile(r"\w+")
_MAX_WORDS: Final = 8


def beginning_like(text: str) -> SearchQuery | None:
    """Return a question for texts in which words begin like all of these; None without words."""
    beginnings = _WORD.findall(text)[:_MAX_WORDS]
    if not beginnings:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in beginnings), search_type="raw", config="simple")

"""A language that no one speaks: each text of the catalogue longer, in brackets, from right to left."""

import re
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from dev import messages

from profiles.infra.web.languages import LANGUAGES

CODE: Final = "ar"
"""Django knows this one to run from right to left."""
_KEPT: Final = re.compile(r"(%\(\w+\)[sd]|%[sd]|\{\w*\}|%%|</?[a-z][^>]*>|&\w+;|\s+)")
_ACCENTED: Final = str.maketrans("aeiounycsAEIOUNYCS", "áéíöüñýçšÁÉÍÖÜÑÝÇŠ")


def pseudo(text: str) -> str:
    """Write a text in brackets and accents, two fifths longer, with the same placeholders and markup."""
    parts = _KEPT.split(text)
    said = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTED) for part in parts)
    head, body, tail = re.match(r"^(\s*)(.*?)(\s*)$", said, re.DOTALL).groups()
    return f"{head}⟦{body}{'~' * (len(body) * 2 // 5)}⟧{tail}"


def write_catalogue(folder: Path) -> None:
    """Write the compiled catalogue of this language below a folder, for ``LOCALE_PATHS``."""
    catalog = messages.read(messages.file_of(LANGUAGES[1][0]))
    for message in catalog:
        if message.id and message.pluralizable:
            message.string = tuple(pseudo(one) for one in message.id)
        elif message.id:
            message.string = pseudo(str(message.id))
    path = folder / CODE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)

"""Collect the texts of the pages into each language's file, and compile it: ``make messages``.

Needs GNU gettext. Texts that are no longer used are dropped. With a language as argument, begin its file.
"""

import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from rich.console import Console
from rich.table import Table

from profiles.infra.web.languages import LANGUAGES

PACKAGE: Final = Path(__file__).resolve().parents[1] / "src" / "profiles"
LOCALE: Final = PACKAGE / "locale"
NOTES: Final = LOCALE / "notes.toml"
"""What translators need to know about texts that could be read in two ways."""
IN_ENGLISH: Final = (
    "staff",
    "pipeline/support",
    "events.py",
    "api",
    "webhooks",
    "sso/registry",
    "sso/templates/sso/staff_*",
    "style.html",
)
"""Pages of staff and of developers, and the answers of the API."""


def locale_of(code: str) -> str:
    """Return the name of the folder of a language: ``pt_BR`` for ``pt-br``, ``zh_Hans`` for ``zh-hans``."""
    language, _, more = code.partition("-")
    return f"{language}_{more.upper() if len(more) == len('br') else more.title()}" if more else language


def file_of(code: str) -> Path:
    """Return the file with the translations of a language."""
    return LOCALE / locale_of(code) / "LC_MESSAGES" / "django.po"


def collect(codes: list[str], *, tree: Path = PACKAGE) -> None:
    """Bring the files of these languages up to date with the texts in the code below ``tree``."""
    ignored = [option for path in IN_ENGLISH for option in ("--ignore", path)]
    chosen = [option for code in codes for option in ("--locale", locale_of(code))]
    command = [sys.executable, "-m", "django", "makemessages", *chosen, "--extension", "html,py", *ignored]
    tidy = ["--no-obsolete", "--add-location", "file", "--verbosity", "0"]
    for code in codes:
        (tree / "locale" / locale_of(code)).mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, *tidy], cwd=tree, check=True)


def compile_file(code: str) -> tuple[int, int]:
    """Write one language's files; return how many texts are translated, and how many there are."""
    path = file_of(code)
    catalog = read(path)
    add_notes(catalog)
    catalog.fuzzy = False
    catalog.header_comment = "# The texts of the pages. Tools: make messages. Terms: docs/glossary-l10n.md."
    with path.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=True, ignore_obsolete=True)
    path.write_bytes(_head(catalog) + path.read_bytes())
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return count(catalog)


def notes() -> dict[str, str]:
    """Return the notes for translators by the English text, of plurals by the singular."""
    return tomllib.loads(NOTES.read_text())


def english(message: Message) -> str:
    """Return the English text of a message, of plurals the singular."""
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def add_notes(catalog: Catalog) -> None:
    """Write each note above its text; a text with a context is explained by that."""
    known = notes()
    for message in catalog:
        note = "" if message.context else known.get(english(message), "")
        message.auto_comments = [note] if message.id and note else []


def count(catalog: Catalog) -> tuple[int, int]:
    """Return how many texts are translated, with all their forms and for sure, and how many there are."""
    texts = [message for message in catalog if message.id]
    done = [one for one in texts if not one.fuzzy and all(_forms(one.string))]
    return len(done), len(texts)


def read(path: Path) -> Catalog:
    """Read a file of translations; each text has as many forms as the language has plurals."""
    text = path.read_text()
    if "nplurals=1;" in text:
        text = re.sub(r'^msgstr\[1\] .*\n(".*\n)*', "", text, flags=re.MULTILINE)
    catalog = read_po(io.StringIO(text))
    for message in catalog:
        if message.id and message.pluralizable:
            forms = (*_forms(message.string), *[""] * catalog.num_plurals)
            message.string = forms[: catalog.num_plurals]
    return catalog


def _head(catalog: Catalog) -> bytes:
    """Write the head of a file, without the moments that would change each time."""
    fields = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};",
    }
    lines = [f'"{name}: {value}\\n"' for name, value in fields.items()]
    return "\n".join([catalog.header_comment, 'msgid ""', 'msgstr ""', *lines, "", ""]).encode()


def _forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (str(string),)


def main() -> None:
    """Collect, compile, and show what is still to be translated."""
    codes = sys.argv[1:] or [code for code, _name in LANGUAGES[1:]]
    collect(codes)
    table = Table("language", "translated", "texts")
    for code in codes:
        done, count = compile_file(code)
        table.add_row(code, str(done), str(count))
    Console().print(table)


if __name__ == "__main__":
    main()

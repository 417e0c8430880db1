"""Generate ``docs/languages.md``: how much of each language is translated, from the files of translations."""

from collections.abc import Iterator

from babel import Locale

from dev import messages
from profiles.infra.web.languages import LANGUAGES


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The languages of the pages and mails\n"
    yield "*Generated from the files of translations by `make docs`; do not edit.*\n"
    yield "The source is English. A text counts as translated if all its plural forms are there and none is"
    yield "marked as unsure. `make test` fails while one is missing, has other placeholders or markup than"
    yield "the English text, or is too long for its place. Terms: [glossary](glossary-l10n.md).\n"
    yield "| language | code | direction | plural forms | texts | translated | coverage |"
    yield "|---|---|---|---|---|---|---|"
    codes = [code for code, _name in LANGUAGES]
    counts = {code: messages.count(messages.read(messages.file_of(code))) for code in codes[1:]}
    total = max(texts for _done, texts in counts.values())
    for code, name in LANGUAGES:
        done, texts = counts.get(code, (total, total))
        locale = Locale.parse(code, sep="-")
        direction = "right to left" if locale.text_direction == "rtl" else "left to right"
        forms = messages.read(messages.file_of(code)).num_plurals if code in counts else 2
        # Rounded down: 100 % means all.
        share = f"{100 * done // texts} %"
        yield f"| {name} | `{code}` | {direction} | {forms} | {texts} | {done} | {share} |"
    yield "\nEach first visit, from signing in to the first work on the record, is walked in all of them in a"
    yield "browser: `make proof languages`; its last run is in [proof.md](proof.md)."
